using LoopRig.Torch;

namespace LoopRig.Models.Xu;

/// <summary>Moves and turns each image as the shifter reads from eye and head: what every network of Xu et al. 2023 does first where it has a shifter.</summary>
internal sealed class GazeCorrection : IDisposable
{
    private readonly Shifter _shifter;
    private readonly AffineWarp _warp;

    internal GazeCorrection(ParameterSet parameters, ShifterSizes sizes)
    {
        _shifter = new Shifter(parameters, sizes);
        _warp = new AffineWarp(sizes.Height, sizes.Width, parameters.Device);
    }

    /// <summary>Images [B, 1, H, W] and pose [B, 4] (th, phi, pitch, roll, as measured) to images of the same shape.</summary>
    internal Tensor Forward(Tensor image, Tensor pose, bool training, Action<string, Tensor>? stage = null)
    {
        Tensor shift = _shifter.Forward(pose, training); // [B, 3]
        Tensor terms = AffineWarp.TermsOf(shift); // [B, 6]
        Tensor warped = _warp.Forward(image, terms); // [B, 1, H, W]
        if (stage is not null)
        {
            stage("shift_dx_dy_angle", shift);
            stage("affine", _warp.MatrixOf(terms, shift));
            stage("shifted_image", warped);
        }
        return warped;
    }

    /// <summary>Frees the constants; the parameters are their set's.</summary>
    public void Dispose()
    {
        _shifter.Dispose();
        _warp.Dispose();
    }
}
