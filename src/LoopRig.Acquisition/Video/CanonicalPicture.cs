using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>The picture that an adapter publishes as its canonical stream: cropped, and grey or colour.</summary>
internal sealed class CanonicalPicture
{
    private readonly CropOptions _crop;
    private readonly bool _grey;

    /// <exception cref="DeviceException">The crop is not inside the video's pictures.</exception>
    internal CanonicalPicture(string source, int width, int height, CropOptions? crop, bool grey)
    {
        _crop = crop ?? new CropOptions { Width = width, Height = height };
        _grey = grey;
        if (_crop.X < 0 || _crop.Y < 0 || _crop.Width <= 0 || _crop.Height <= 0 || _crop.X + _crop.Width > width || _crop.Y + _crop.Height > height)
            throw new DeviceException(source, $"the crop of {_crop.Width}x{_crop.Height} at ({_crop.X}, {_crop.Y}) is not inside its pictures of {width}x{height}");
        Image = new Image(_crop.Width, _crop.Height, grey ? 1 : 3);
    }

    internal Image Image { get; }

    internal int[] Shape => _grey ? [Image.Height, Image.Width] : [Image.Height, Image.Width, 3];

    internal void Take(Image frame)
    {
        ImageView part = frame.Crop(_crop.X, _crop.Y, _crop.Width, _crop.Height);
        if (_grey) Imaging.Grey(part, Image);
        else part.CopyInto(Image);
    }
}
