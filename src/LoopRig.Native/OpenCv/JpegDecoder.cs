using LoopRig.Core;

namespace LoopRig.Native.OpenCv;

/// <summary>What became of one JPEG picture.</summary>
public enum JpegResult
{
    /// <summary>A whole picture.</summary>
    Picture,
    /// <summary>Damaged or cut bytes; the destination is not to be used.</summary>
    Damaged,
    /// <summary>A whole picture of another size than the destination.</summary>
    OtherSize,
}

/// <summary>Decodes the JPEG pictures of a camera, and notices damaged ones. Buffers are kept from picture to picture.</summary>
public sealed class JpegDecoder : IDisposable
{
    private readonly JpegHandle _handle;

    /// <summary>A decoder.</summary>
    /// <exception cref="DeviceException">The FFmpeg at hand has none.</exception>
    public JpegDecoder()
    {
        OpenCvNative.Check(OpenCvNative.JpegOpen(out nint decoder), "JPEG decoder");
        _handle = new JpegHandle(decoder);
    }

    /// <summary>Decodes one picture into an image of its size: colour, or of a grey image the luma.</summary>
    /// <param name="bytes">the picture; zeros behind its end marker are allowed</param>
    /// <param name="destination">takes the pixels</param>
    /// <param name="size">the size that the picture says it has; empty of damaged bytes</param>
    public unsafe JpegResult Decode(ReadOnlySpan<byte> bytes, Image destination, out (int Width, int Height) size)
    {
        fixed (byte* at = bytes)
        {
            int status = OpenCvNative.JpegDecode(_handle, at, bytes.Length, ((ImageView)destination).ToNative(), out int width, out int height);
            GC.KeepAlive(destination);
            size = (width, height);
            if (status == OpenCvNative.Damaged) return JpegResult.Damaged;
            if (status == OpenCvNative.OtherSize) return JpegResult.OtherSize;
            OpenCvNative.Check(status, "JPEG");
            return JpegResult.Picture;
        }
    }

    /// <summary>Frees the decoder.</summary>
    public void Dispose() => _handle.Dispose();
}
