using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Training;

/// <summary>
/// Brings pictures into a network's form: grey or colour, resized so that each pixel is the mean of the area that it covers, (C,H,W) with red first. Buffers
/// are kept from picture to picture.
/// </summary>
internal sealed class PictureShaper(InputSpec input)
{
    private readonly Image _shaped = input.Channels is 1 or 3
        ? new Image(input.Width, input.Height, input.Channels)
        : throw new NetworkException($"input {input.Name}: pictures have 1 or 3 channels, not {input.Channels}");
    private Image? _grey;

    /// <summary>Shapes one picture; a grey one gives equal colours.</summary>
    public byte[] Shape(Image picture)
    {
        if (_shaped.Channels == 1 && picture.Channels != 1)
        {
            if (_grey is null || _grey.Width != picture.Width || _grey.Height != picture.Height)
                _grey = new Image(picture.Width, picture.Height, 1);
            Imaging.Grey(picture, _grey);
            picture = _grey;
        }
        if (picture.Channels == _shaped.Channels)
            return Planes(Resized(picture, _shaped));
        byte[] grey = Planes(Resized(picture, new Image(_shaped.Width, _shaped.Height, 1)));
        return [.. grey, .. grey, .. grey];
    }

    private static Image Resized(Image picture, Image into)
    {
        if (picture.Width == into.Width && picture.Height == into.Height)
            return picture;
        Imaging.ResizeArea(picture, into);
        return into;
    }

    // Rows of blue, green, red become planes of red, green, blue.
    private static byte[] Planes(Image image)
    {
        int channels = image.Channels, plane = image.Width * image.Height;
        var planes = new byte[channels * plane];
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int channel = 0; channel < channels; channel++)
        {
            Span<byte> into = planes.AsSpan((channels - 1 - channel) * plane, plane);
            for (int pixel = 0; pixel < plane; pixel++)
                into[pixel] = pixels[pixel * channels + channel];
        }
        return planes;
    }
}
