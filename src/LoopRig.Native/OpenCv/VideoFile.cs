using LoopRig.Core;

namespace LoopRig.Native.OpenCv;

/// <summary>A video file or network stream (http, rtsp), decoded frame by frame by FFmpeg, each frame with its own time.</summary>
public sealed class VideoFile : IDisposable
{
    private readonly VideoHandle _handle;

    /// <summary>Opens a path or URL.</summary>
    /// <exception cref="DeviceException">There is no such file, or nothing in it can be decoded.</exception>
    public VideoFile(string pathOrUrl)
    {
        Source = pathOrUrl;
        if (!pathOrUrl.Contains("://", StringComparison.Ordinal) && !File.Exists(pathOrUrl)) throw new DeviceException(pathOrUrl, "no such file");
        if (OpenCvNative.VideoOpen(pathOrUrl, out nint video, out NativeVideoInfo info) != OpenCvNative.Ok)
            throw new DeviceException(pathOrUrl, OpenCvNative.ErrorText());
        _handle = new VideoHandle(video);
        if (info.Width <= 0 || info.Height <= 0)
        {
            _handle.Dispose();
            throw new DeviceException(pathOrUrl, "has no pictures");
        }

        Width = info.Width;
        Height = info.Height;
        RateHz = double.IsFinite(info.RateHz) && info.RateHz > 0 ? info.RateHz : 0;
        FrameCount = info.Frames;
    }

    /// <summary>The path or URL.</summary>
    public string Source { get; }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>Frames a second as the container says; 0 unknown. Times come from the frames, not from this.</summary>
    public double RateHz { get; }

    /// <summary>Frames as the container says, which may be wrong; 0 unknown.</summary>
    public long FrameCount { get; }

    /// <summary>Packets that were damaged and left out so far.</summary>
    public long UndecodablePackets { get; private set; }

    /// <summary>Decodes the next frame; false at the end.</summary>
    /// <param name="frame">takes the picture, colour, of this video's size</param>
    /// <param name="timeNs">the frame's presentation time from the video's start, ns, as the container says; neighbouring frames may share one</param>
    /// <exception cref="DeviceException">The size changed inside the stream, a frame has no time, or a network source fell silent for 10 s.</exception>
    public bool TryRead(Image frame, out long timeNs)
    {
        if (frame.Width != Width || frame.Height != Height || frame.Channels != 3)
            throw new ArgumentException($"frames of {Source} are {Width}x{Height}x3", nameof(frame));
        int status = OpenCvNative.VideoRead(_handle, ((ImageView)frame).ToNative(), out timeNs, out long undecodable);
        GC.KeepAlive(frame);
        if (status == OpenCvNative.End) return false;
        UndecodablePackets = undecodable;
        if (status != OpenCvNative.Ok) throw new DeviceException(Source, OpenCvNative.ErrorText());
        return true;
    }

    /// <summary>From any thread: ends a read that waits for the network, and all later ones.</summary>
    public void Interrupt()
    {
        try
        {
            _ = OpenCvNative.VideoInterrupt(_handle);
        }
        catch (ObjectDisposedException)
        {
            // Closed by its own thread meanwhile: nothing is left to interrupt.
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();
}
