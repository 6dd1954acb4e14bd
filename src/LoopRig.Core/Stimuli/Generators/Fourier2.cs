namespace LoopRig.Core.Stimuli;

/// <summary>The discrete Fourier transform of pictures of one size, in place; lengths made of the factors 2, 3 and 5 are fast. Transforming allocates nothing.</summary>
public sealed class Fourier2
{
    private readonly int _rows, _columns;
    private readonly Fourier1 _alongRow, _alongColumn;
    private readonly double[] _lineRe, _lineIm;

    /// <summary>For pictures (rows, columns).</summary>
    public Fourier2(int rows, int columns)
    {
        (_rows, _columns) = (rows, columns);
        (_alongRow, _alongColumn) = (new Fourier1(columns), new Fourier1(rows));
        (_lineRe, _lineIm) = (new double[rows], new double[rows]);
    }

    /// <summary>X(k) = sum of x(n) exp(-2 pi i k n / N), along both axes.</summary>
    public void Forward(Span<double> re, Span<double> im)
    {
        for (var row = 0; row < _rows; row++)
        {
            _alongRow.Forward(re.Slice(row * _columns, _columns), im.Slice(row * _columns, _columns));
        }
        for (var column = 0; column < _columns; column++)
        {
            for (var row = 0; row < _rows; row++)
            {
                (_lineRe[row], _lineIm[row]) = (re[row * _columns + column], im[row * _columns + column]);
            }
            _alongColumn.Forward(_lineRe, _lineIm);
            for (var row = 0; row < _rows; row++)
            {
                (re[row * _columns + column], im[row * _columns + column]) = (_lineRe[row], _lineIm[row]);
            }
        }
    }

    /// <summary>The inverse, divided by the number of pixels.</summary>
    public void Inverse(Span<double> re, Span<double> im)
    {
        Forward(im, re); // swapped parts run it backwards
        var scale = 1.0 / (_rows * _columns);
        for (var i = 0; i < re.Length; i++)
        {
            re[i] *= scale;
            im[i] *= scale;
        }
    }
}
