namespace LoopRig.Core.Stimuli;

/// <summary>The discrete Fourier transform of one length, in place: mixed radix (Cooley and Tukey 1965), a plain sum for each prime factor.</summary>
public sealed class Fourier1
{
    private readonly int _length;
    private readonly int[] _factors;
    private readonly double[] _cos, _sin, _workRe, _workIm, _sumRe, _sumIm;

    /// <summary>For this many samples.</summary>
    public Fourier1(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _length = length;
        _factors = Factors(length);
        (_cos, _sin) = (new double[length], new double[length]);
        for (var i = 0; i < length; i++)
        {
            (_sin[i], _cos[i]) = Math.SinCos(-2 * Math.PI * i / length);
        }
        (_workRe, _workIm) = (new double[length], new double[length]);
        var largest = _factors.Length == 0 ? 1 : _factors.Max();
        (_sumRe, _sumIm) = (new double[largest], new double[largest]);
    }

    /// <summary>X(k) = sum of x(n) exp(-2 pi i k n / N).</summary>
    public void Forward(Span<double> re, Span<double> im)
    {
        re.CopyTo(_workRe);
        im.CopyTo(_workIm);
        Transform(re, im, 0, 1, _length, 0);
    }

    // The samples of the copy from 'start' on, 'stride' apart, are transformed into 're' and 'im'.
    private void Transform(Span<double> re, Span<double> im, int start, int stride, int length, int depth)
    {
        if (length == 1)
        {
            (re[0], im[0]) = (_workRe[start], _workIm[start]);
            return;
        }
        var radix = _factors[depth];
        var part = length / radix;
        for (var r = 0; r < radix; r++)
        {
            Transform(re.Slice(r * part, part), im.Slice(r * part, part), start + r * stride, stride * radix, part, depth + 1);
        }
        for (var k = 0; k < part; k++)
        {
            for (var q = 0; q < radix; q++)
            {
                double sumRe = re[k], sumIm = im[k];
                var step = (k + q * part) * stride; // below the length: one subtraction keeps the turn there
                var turn = 0;
                for (var r = 1; r < radix; r++)
                {
                    turn += step;
                    turn = turn >= _length ? turn - _length : turn;
                    var (cos, sin, x, y) = (_cos[turn], _sin[turn], re[r * part + k], im[r * part + k]);
                    sumRe += x * cos - y * sin;
                    sumIm += x * sin + y * cos;
                }
                (_sumRe[q], _sumIm[q]) = (sumRe, sumIm);
            }
            for (var q = 0; q < radix; q++)
            {
                (re[k + q * part], im[k + q * part]) = (_sumRe[q], _sumIm[q]);
            }
        }
    }

    private static int[] Factors(int length)
    {
        var factors = new List<int>();
        for (var factor = 2; length > 1; factor++)
        {
            for (; length % factor == 0; length /= factor)
            {
                factors.Add(factor);
            }
        }
        return [.. factors];
    }
}
