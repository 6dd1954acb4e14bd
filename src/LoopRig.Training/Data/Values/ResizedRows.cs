using System.Buffers;

namespace LoopRig.Training;

/// <summary>Images (C,H,W) made smaller as they are read: each pixel is the mean of the area that it covers.</summary>
internal sealed class ResizedRows : IBinValues
{
    private readonly IBinValues _values;
    private readonly int _channels, _height, _width, _toHeight, _toWidth;
    private readonly (int First, float[] Weights)[] _rows, _columns;

    public ResizedRows(IBinValues values, int channels, int height, int width, int toHeight, int toWidth)
    {
        (_values, _channels, _height, _width, _toHeight, _toWidth) = (values, channels, height, width, toHeight, toWidth);
        (_rows, _columns) = (Cover(height, toHeight), Cover(width, toWidth));
    }

    public int Bins => _values.Bins;

    public int Length => _channels * _toHeight * _toWidth;

    public void Read(int first, Span<float> destination)
    {
        float[] image = ArrayPool<float>.Shared.Rent(_values.Length), lines = ArrayPool<float>.Shared.Rent(_toHeight * _width);
        for (int bin = 0; bin * Length < destination.Length; bin++)
        {
            _values.Read(first + bin, image.AsSpan(0, _values.Length));
            for (int channel = 0; channel < _channels; channel++)
                Resize(image.AsSpan(channel * _height * _width, _height * _width), lines, destination.Slice(bin * Length + channel * _toHeight * _toWidth, _toHeight * _toWidth));
        }
        ArrayPool<float>.Shared.Return(image);
        ArrayPool<float>.Shared.Return(lines);
    }

    public void Dispose() => _values.Dispose();

    private void Resize(ReadOnlySpan<float> image, Span<float> lines, Span<float> resized)
    {
        for (int y = 0; y < _toHeight; y++)
        {
            Span<float> line = lines.Slice(y * _width, _width);
            line.Clear();
            for (int row = 0; row < _rows[y].Weights.Length; row++)
            {
                ReadOnlySpan<float> source = image.Slice((_rows[y].First + row) * _width, _width);
                float weight = _rows[y].Weights[row];
                for (int x = 0; x < line.Length; x++)
                    line[x] += source[x] * weight;
            }
            for (int x = 0; x < _toWidth; x++)
            {
                float sum = 0;
                for (int column = 0; column < _columns[x].Weights.Length; column++)
                    sum += line[_columns[x].First + column] * _columns[x].Weights[column];
                resized[y * _toWidth + x] = sum;
            }
        }
    }

    // Which pixels each new one covers, and how much of each.
    private static (int First, float[] Weights)[] Cover(int from, int to)
    {
        var cover = new (int First, float[] Weights)[to];
        double step = (double)from / to;
        for (int at = 0; at < to; at++)
        {
            double start = at * step, end = Math.Min(from, start + step);
            int first = (int)start, last = Math.Min(from, (int)Math.Ceiling(end - 1e-9));
            var weights = new float[last - first];
            for (int pixel = first; pixel < last; pixel++)
                weights[pixel - first] = (float)((Math.Min(end, pixel + 1) - Math.Max(start, pixel)) / (end - start));
            cover[at] = (first, weights);
        }
        return cover;
    }
}
