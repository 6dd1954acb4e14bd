using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Sensorium;

/// <summary>
/// The window of each image that one bilinear reading of the core's last map rests on, and which of its places lie on the maps: one position rests on 28 x 28
/// pixels of the published 36 x 64, so that computing windows costs a ninth of computing the maps.
/// </summary>
internal sealed class MapWindows : IDisposable
{
    private readonly MapSizes _sizes;
    private readonly int[] _rows, _columns;
    private readonly Tensor _pickRows, _pickColumns;
    private readonly Tensor?[] _inside;

    /// <summary>Windows about readings.</summary>
    /// <param name="sizes">Of the maps.</param>
    /// <param name="rows">[N], the upper row of the four places that are read.</param>
    /// <param name="columns">[N], their left column.</param>
    /// <param name="device">Where the images are.</param>
    internal MapWindows(MapSizes sizes, int[] rows, int[] columns, Device device)
    {
        (_sizes, _rows, _columns) = (sizes, rows, columns);
        using NoGrad guard = new();
        using Scope scope = new();
        // A product with ones and zeros picks a window, and zeros around the image; its gradient puts it back.
        _pickRows = scope.Keep(Pick(rows, sizes.ImageHeight).To(device)); // [N, 1, S, H]
        _pickColumns = scope.Keep(Pick(columns, sizes.ImageWidth).Transpose(2, 3).Contiguous().To(device)); // [N, 1, W, S]
        _inside = new Tensor?[sizes.Layers];
        for (int layer = 0; layer < _inside.Length; layer++)
        {
            (float[] vertical, bool anyAbove) = OnMap(rows, layer, sizes.Height);
            (float[] horizontal, bool anyBeside) = OnMap(columns, layer, sizes.Width);
            if (!anyAbove && !anyBeside) continue;
            int side = sizes.Side(layer);
            _inside[layer] = scope.Keep((Tensor.FromArray(vertical, rows.Length, 1, side, 1) * Tensor.FromArray(horizontal, rows.Length, 1, 1, side)).To(device));
        }
    }

    /// <summary>Whether these are the windows about those readings.</summary>
    internal bool Are(int[] rows, int[] columns) => rows.AsSpan().SequenceEqual(_rows) && columns.AsSpan().SequenceEqual(_columns);

    /// <summary>[N, C, H, W] to the windows [N, C, S, S].</summary>
    internal Tensor Cut(Tensor image) => F.MatMul(F.MatMul(_pickRows, image), _pickColumns);

    /// <summary>1 where a place of a layer's windows lies on the map and 0 elsewhere, [N, 1, s, s]; null where all do.</summary>
    internal Tensor? Inside(int layer) => _inside[layer];

    /// <inheritdoc/>
    public void Dispose()
    {
        _pickRows.Dispose();
        _pickColumns.Dispose();
        foreach (Tensor? inside in _inside)
            inside?.Dispose();
    }

    private Tensor Pick(int[] from, int length)
    {
        int side = _sizes.ImageSide, margin = _sizes.Margin(0);
        float[] ones = new float[from.Length * side * length];
        for (int n = 0; n < from.Length; n++)
            for (int i = 0; i < side; i++)
            {
                int at = from[n] - margin + i;
                if (at >= 0 && at < length) ones[(n * side + i) * length + at] = 1;
            }
        return Tensor.FromArray(ones, from.Length, 1, side, length);
    }

    private (float[] On, bool AnyOff) OnMap(int[] from, int layer, int length)
    {
        int side = _sizes.Side(layer), margin = _sizes.Margin(layer);
        float[] on = new float[from.Length * side];
        bool anyOff = false;
        for (int i = 0; i < on.Length; i++)
        {
            int at = from[i / side] - margin + i % side;
            bool inside = at >= 0 && at < length;
            on[i] = inside ? 1 : 0;
            anyOff |= !inside;
        }
        return (on, anyOff);
    }
}
