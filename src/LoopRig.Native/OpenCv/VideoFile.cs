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

        OpenCvNative.Check(OpenCvNative.VideoGetTraits(_handle, out NativeVideoTraits traits), "traits");
        Channels = traits.Channels;
        FieldOrder = (FieldOrder)traits.FieldOrder;
        IsLive = traits.Live != 0;
        HasTimes = traits.HasTimes != 0;
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

    /// <summary>1: a grey video, whose pixels are read bit for bit; else 3, blue, green, red.</summary>
    public int Channels { get; }

    /// <summary>Whether the file says that its frames are two fields each, and which comes first.</summary>
    public FieldOrder FieldOrder { get; }

    /// <summary>It comes over the network and has no known end: a camera, not a file on a server.</summary>
    public bool IsLive { get; }

    /// <summary>Its frames carry times; most cameras that speak http send none.</summary>
    public bool HasTimes { get; }

    /// <summary>Frames a second as the container says; 0 unknown. Times come from the frames, not from this.</summary>
    public double RateHz { get; }

    /// <summary>Frames as the container says, which may be wrong; 0 unknown.</summary>
    public long FrameCount { get; }

    /// <summary>Packets that were damaged and left out so far.</summary>
    public long UndecodablePackets { get; private set; }

    /// <summary>Why the last <see cref="Read"/> gave <see cref="VideoRead.OtherSize"/>.</summary>
    public string LastProblem { get; private set; } = "";

    /// <summary>Decodes the next frame of the video's size; false at the end. The same as <see cref="Read"/>, for whom frames of other sizes are of no interest.</summary>
    public bool TryRead(Image frame, out long timeNs)
    {
        VideoRead read;
        do read = Read(frame, out timeNs);
        while (read == VideoRead.OtherSize);
        return read == VideoRead.Frame;
    }

    /// <summary>Decodes the next frame.</summary>
    /// <param name="frame">takes the picture, of this video's size and channels</param>
    /// <param name="timeNs">
    /// the frame's presentation time from the video's start, ns, as the container says; neighbouring frames may share one. <see cref="long.MinValue"/> of a
    /// live source that sends no times
    /// </param>
    /// <exception cref="DeviceException">A frame has no time, or a network source fell silent for 10 s.</exception>
    public VideoRead Read(Image frame, out long timeNs)
    {
        if (frame.Width != Width || frame.Height != Height || frame.Channels != Channels)
            throw new ArgumentException($"frames of {Source} are {Width}x{Height}x{Channels}", nameof(frame));
        int status = OpenCvNative.VideoRead(_handle, ((ImageView)frame).ToNative(), out timeNs, out long undecodable);
        GC.KeepAlive(frame);
        UndecodablePackets = undecodable;
        switch (status)
        {
            case OpenCvNative.Ok:
                return VideoRead.Frame;
            case OpenCvNative.End:
                return VideoRead.End;
            case OpenCvNative.OtherSize:
                LastProblem = OpenCvNative.ErrorText();
                return VideoRead.OtherSize;
            default:
                throw new DeviceException(Source, OpenCvNative.ErrorText());
        }
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
