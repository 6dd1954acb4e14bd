using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.OpenCv;

/// <summary>
/// Writes a lossless video: FFV1 in Matroska, each frame handed to the system before <see cref="Write"/> returns, so that a killed process leaves a file that
/// can be read up to its last frame.
/// </summary>
public sealed class VideoWriter : SafeHandle
{
    private readonly string _path;

    /// <summary>Creates the file.</summary>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public VideoWriter(string path, int width, int height, int channels, double rateHz, FieldOrder fieldOrder) : base(0, ownsHandle: true)
    {
        _path = path;
        if (OpenCvNative.WriterOpen(path, width, height, channels, rateHz, (int)fieldOrder, out nint writer) != OpenCvNative.Ok)
            throw new DataFileException(path, OpenCvNative.ErrorText());
        SetHandle(writer);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Appends a frame.</summary>
    /// <param name="frame">the pixels, of the file's size and channels</param>
    /// <param name="timeNs">from the video's start; the container keeps whole, strictly growing milliseconds</param>
    /// <exception cref="DataFileException">The disk is full, or something else of the kind.</exception>
    public void Write(Image frame, long timeNs)
    {
        int status = OpenCvNative.WriterWrite(handle, ((ImageView)frame).ToNative(), timeNs);
        GC.KeepAlive(frame);
        if (status != OpenCvNative.Ok) throw new DataFileException(_path, OpenCvNative.ErrorText());
    }

    /// <summary>Finishes the file.</summary>
    protected override bool ReleaseHandle() => OpenCvNative.WriterClose(handle) == OpenCvNative.Ok;
}
