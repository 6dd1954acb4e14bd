using LoopRig.Native.OpenCv;
using LoopRig.Native.V4l2;

namespace LoopRig.Acquisition;

/// <summary>Turns a camera's bytes into pictures, and notices those that are none.</summary>
internal sealed class CameraFrames : IDisposable
{
    private readonly PixelFormat _format;
    private readonly int _stride;
    private readonly JpegDecoder? _jpeg;

    /// <param name="camera">the camera</param>
    /// <param name="grey">the luma is enough</param>
    internal CameraFrames(V4l2Camera camera, bool grey)
    {
        (_format, _stride) = (camera.Format, camera.Stride);
        Image = new Image(camera.Width, camera.Height, grey || _format == PixelFormat.Grey ? 1 : 3);
        if (_format == PixelFormat.Mjpeg) _jpeg = new JpegDecoder();
    }

    /// <summary>The last picture.</summary>
    internal Image Image { get; }

    /// <summary>The last problem was a picture of another size.</summary>
    internal bool IsOtherSize { get; private set; }

    public void Dispose() => _jpeg?.Dispose();

    /// <summary>Whether another opening of the camera gives the same pictures.</summary>
    internal bool Fits(V4l2Camera camera) => (camera.Format, camera.Stride, camera.Width, camera.Height) == (_format, _stride, Image.Width, Image.Height);

    /// <summary>Decodes a frame into <see cref="Image"/>; gives what was wrong with it, null for a good one.</summary>
    internal string? Decode(ReadOnlySpan<byte> bytes)
    {
        IsOtherSize = false;
        return _jpeg is null ? Unpack(bytes) : Decompress(_jpeg, bytes);
    }

    private string? Unpack(ReadOnlySpan<byte> bytes)
    {
        int row = _format == PixelFormat.Grey ? Image.Width : 2 * Image.Width;
        int whole = (_stride * (Image.Height - 1)) + row;
        if (bytes.Length < whole) return $"{bytes.Length} bytes of {whole}";
        if (_format == PixelFormat.Yuyv)
        {
            Imaging.Yuyv(bytes, _stride, Image);
            return null;
        }

        for (int y = 0; y < Image.Height; y++) bytes.Slice(y * _stride, row).CopyTo(Image.Row(y));
        return null;
    }

    private string? Decompress(JpegDecoder jpeg, ReadOnlySpan<byte> bytes)
    {
        JpegResult result = jpeg.Decode(bytes, Image, out (int Width, int Height) size);
        IsOtherSize = result == JpegResult.OtherSize;
        return result switch
        {
            JpegResult.Picture => null,
            JpegResult.OtherSize => $"a picture of {size.Width}x{size.Height} where {Image.Width}x{Image.Height} were announced",
            _ => $"{bytes.Length} bytes that are no whole JPEG picture",
        };
    }
}
