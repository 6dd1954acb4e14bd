using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>
/// Moves and turns an image: rotation about a centre, then translation, sampled bilinearly with zeros outside and corner pixels at -1 and 1.
/// The matrix is that of kornia's get_affine_matrix2d as Xu et al. 2023 call it.
/// </summary>
/// <remarks>Kept for parity: the published code gives the centre as (30, 40) in (x, y) order to an image 80 wide and 60 high, which swaps the two.</remarks>
internal sealed class AffineWarp(int height, int width)
{
    private readonly double _centreX = height / 2.0;
    private readonly double _centreY = width / 2.0;

    /// <summary>A rotation (cosine a, sine b) and translation: source pixel (x, y) goes to (a x + b y + tx, -b x + a y + ty). Each [B].</summary>
    internal readonly record struct Map(Tensor A, Tensor B, Tensor Tx, Tensor Ty)
    {
        /// <summary>[B, 2, 3].</summary>
        internal Tensor ToMatrix() => F.Stack([A, B, Tx, -B, A, Ty], 1).Reshape(-1, 2, 3);
    }

    /// <summary>The map of dx and dy in pixels and an angle in degrees, each [B].</summary>
    internal Map MapOf(Tensor dx, Tensor dy, Tensor angle)
    {
        // The angle is negated on its way into the matrix; the cosine does not mind.
        Tensor radians = angle * (-Math.PI / 180);
        Tensor a = F.Cos(radians), b = F.Sin(radians);
        Tensor rest = 1 - a;
        return new Map(a, b, rest * _centreX - b * _centreY + dx, b * _centreX + rest * _centreY + dy);
    }

    /// <summary>[B, 1, H, W] to the same: each output pixel reads the image where the inverse map puts it.</summary>
    internal Tensor Forward(Tensor image, in Map map)
    {
        // The inverse in coordinates -1..1 (pixel p of n is 2p/(n-1) - 1), written out: q and 1/q change from rows' to columns' units.
        double q = (height - 1.0) / (width - 1.0);
        Tensor bx = map.B * q, by = map.B * (1 / q);
        Tensor tx = map.A - bx - (map.A * map.Tx - map.B * map.Ty) * (2 / (width - 1.0)) - 1;
        Tensor ty = map.A + by - (map.B * map.Tx + map.A * map.Ty) * (2 / (height - 1.0)) - 1;
        Tensor theta = F.Stack([map.A, -bx, tx, by, map.A, ty], 1).Reshape(-1, 2, 3); // [B, 2, 3]
        Tensor grid = F.AffineGrid(theta, [image.Size(0), 1, height, width], alignCorners: true); // [B, H, W, 2]
        return F.GridSample(image, grid, alignCorners: true);
    }
}
