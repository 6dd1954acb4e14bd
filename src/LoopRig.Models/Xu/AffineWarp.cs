using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>
/// Moves and turns an image: rotation about a centre, then translation, sampled bilinearly with zeros outside and corner pixels at -1 and 1.
/// The matrix is that of kornia's get_affine_matrix2d as Xu et al. 2023 call it.
/// </summary>
/// <remarks>Kept for parity: the published code gives the centre as (30, 40) in (x, y) order to an image 80 wide and 60 high, which swaps the two.</remarks>
internal sealed class AffineWarp : IDisposable
{
    private readonly int _height, _width;
    private readonly double _centreX, _centreY;
    private readonly Tensor _toMap, _toMapBias, _toTheta, _toThetaBias;

    internal AffineWarp(int height, int width, Device device)
    {
        (_height, _width) = (height, width);
        (_centreX, _centreY) = (height / 2.0, width / 2.0);
        using Scope scope = new();
        (_toMap, _toMapBias) = Constants(scope, device, MapRow);
        (_toTheta, _toThetaBias) = Constants(scope, device, ThetaRow);
    }

    /// <summary>
    /// What every entry of the matrix and of its inverse is a fixed linear combination of: [B, 6] = cosine a and sine b of the turn, then a dx, a dy,
    /// b dx, b dy. So all entries come out of one small product instead of some thirty calls on a few numbers each.
    /// </summary>
    /// <param name="shift">[B, 3]: dx and dy in pixels, and the angle in degrees.</param>
    internal static Tensor TermsOf(Tensor shift)
    {
        // The angle is negated on its way into the matrix.
        Tensor radians = shift.Narrow(1, 2, 1) * (-Math.PI / 180);
        Tensor turn = F.Cat([F.Cos(radians), F.Sin(radians)], 1); // [B, 2]
        Tensor moved = turn.Unsqueeze(2) * shift.Narrow(1, 0, 2).Unsqueeze(1); // [B, 2, 2]
        return F.Cat([turn, moved.Flatten(1)], 1);
    }

    /// <summary>The published matrix, pixels to pixels: [B, 2, 3]. Only checks ask for it.</summary>
    internal Tensor MatrixOf(Tensor terms, Tensor shift)
    {
        Tensor matrix = F.Linear(terms, _toMap, _toMapBias).Reshape(-1, 2, 3);
        Tensor move = shift.Narrow(1, 0, 2).Unsqueeze(2); // [B, 2, 1]
        return F.Cat([matrix.Narrow(2, 0, 2), matrix.Narrow(2, 2, 1) + move], 2);
    }

    /// <summary>[B, 1, H, W] to the same: each output pixel reads the image where the inverse matrix puts it.</summary>
    internal Tensor Forward(Tensor image, Tensor terms)
    {
        Tensor theta = F.Linear(terms, _toTheta, _toThetaBias).Reshape(-1, 2, 3);
        Tensor grid = F.AffineGrid(theta, [image.Size(0), 1, _height, _width], alignCorners: true); // [B, H, W, 2]
        return F.GridSample(image, grid, alignCorners: true);
    }

    /// <summary>Frees the constants.</summary>
    public void Dispose()
    {
        foreach (Tensor constant in (Tensor[])[_toMap, _toMapBias, _toTheta, _toThetaBias])
            constant.Dispose();
    }

    // The matrix is [a, b, (1-a) cx - b cy + dx; -b, a, b cx + (1-a) cy + dy], here without dx and dy.
    // Rows are its six entries; columns the six terms, then a constant.
    private double[] MapRow(int entry) => entry switch
    {
        0 => [1, 0, 0, 0, 0, 0, 0],
        1 => [0, 1, 0, 0, 0, 0, 0],
        2 => [-_centreX, -_centreY, 0, 0, 0, 0, _centreX],
        3 => [0, -1, 0, 0, 0, 0, 0],
        4 => [1, 0, 0, 0, 0, 0, 0],
        _ => [-_centreY, _centreX, 0, 0, 0, 0, _centreY],
    };

    // The inverse takes an output pixel (x, y) to a (x - cx - dx) - b (y - cy - dy) + cx and b (x - cx - dx) + a (y - cy - dy) + cy. In the sampler's
    // coordinates, pixel p of n being 2p/(n-1) - 1, with w and h half of W-1 and H-1:
    private double[] ThetaRow(int entry)
    {
        double w = (_width - 1) / 2.0, h = (_height - 1) / 2.0;
        return entry switch
        {
            0 => [1, 0, 0, 0, 0, 0, 0],
            1 => [0, -h / w, 0, 0, 0, 0, 0],
            2 => [1 - _centreX / w, (_centreY - h) / w, -1 / w, 0, 0, 1 / w, _centreX / w - 1],
            3 => [0, w / h, 0, 0, 0, 0, 0],
            4 => [1, 0, 0, 0, 0, 0, 0],
            _ => [1 - _centreY / h, (w - _centreX) / h, 0, -1 / h, -1 / h, 0, _centreY / h - 1],
        };
    }

    private static (Tensor Weight, Tensor Bias) Constants(Scope scope, Device device, Func<int, double[]> row)
    {
        const int Entries = 6, Terms = 6;
        float[] weight = new float[Entries * Terms], bias = new float[Entries];
        for (int entry = 0; entry < Entries; entry++)
        {
            double[] values = row(entry);
            for (int term = 0; term < Terms; term++)
                weight[entry * Terms + term] = (float)values[term];
            bias[entry] = (float)values[Terms];
        }
        return (scope.Keep(Tensor.FromArray(weight, Entries, Terms).To(device)), scope.Keep(Tensor.FromArray(bias, Entries).To(device)));
    }
}
