namespace LoopRig.Core.Stimuli;

/// <summary>
/// Directional pink noise, "Monet2", by the published recipe (cajal/pipeline, stimulus.Monet2; models of Wang et al. 2025 were trained on it): white noise,
/// low-passed in time, interpolated threefold, and for a part of the time restricted to a band of orientations and moved across them. The random numbers
/// are not MATLAB's, so frames are statistically those of the recipe, not the same.
/// </summary>
/// <remarks>
/// Frames come one after the other; taking one allocates nothing. A direction d of the recipe moves the pattern by (sin d, cos d) to the right and
/// upwards, that is towards 90 - d degrees counted counter-clockwise from the right, as the readers of these stimuli take it.
/// </remarks>
public sealed class Monet2
{
    internal const int Upsampling = 3;
    private const int UpsamplingPhase = 2;

    private readonly Monet2Settings _settings;
    private readonly SeededRandom _random;
    private readonly int _noiseRows, _noiseColumns, _rows, _columns;
    private readonly double[] _kernel;
    private readonly float[][] _history; // the last noise frames, a ring
    private readonly double[] _noiseRe, _noiseIm, _re, _im, _motionRe, _motionIm, _filter, _oriented, _stepRe, _stepIm;
    private readonly Fourier2 _noiseTransform, _transform;
    private readonly double[] _phaseRowRe, _phaseRowIm, _phaseColumnRe, _phaseColumnIm;
    private int _next;
    private int _direction = -1;

    /// <summary>Begins at the first frame.</summary>
    public Monet2(Monet2Settings settings, ulong seed)
    {
        _settings = settings;
        _random = new SeededRandom(seed, "monet2");
        (_noiseRows, _noiseColumns) = (settings.NoiseRows, settings.NoiseColumns);
        (_rows, _columns) = (Upsampling * _noiseRows, Upsampling * _noiseColumns);
        _kernel = HalfHamming(settings.RateHz, settings.TemporalBandwidthHz);
        DirectionsDeg = Shuffled(settings.Directions);
        _noiseTransform = new Fourier2(_noiseRows, _noiseColumns);
        _transform = new Fourier2(_rows, _columns);
        (_noiseRe, _noiseIm) = (new double[_noiseRows * _noiseColumns], new double[_noiseRows * _noiseColumns]);
        var size = _rows * _columns;
        (_re, _im, _filter, _oriented, _stepRe, _stepIm, _motionIm) = (new double[size], new double[size], new double[size], new double[size], new double[size], new double[size], new double[size]);
        _motionRe = [.. Enumerable.Repeat(1.0, size)];
        (_phaseRowRe, _phaseRowIm) = Phases(_rows);
        (_phaseColumnRe, _phaseColumnIm) = Phases(_columns);
        for (var row = 0; row < _rows; row++)
        {
            for (var column = 0; column < _columns; column++)
            {
                var (wx, wy) = (Frequency(column, _columns), Frequency(row, _rows));
                // Interpolation: a Gaussian of the width of the gaps, with gain 3 along each axis for the zeros put between.
                _filter[row * _columns + column] = Upsampling * Upsampling * Math.Exp(-(wx * wx + wy * wy) * Upsampling * Upsampling / 2);
            }
        }
        _history = new float[_kernel.Length][];
        for (var i = 0; i < _history.Length; i++)
        {
            _history[i] = Draw(new float[_noiseRows * _noiseColumns]);
        }
    }

    /// <summary>Rows of a frame.</summary>
    public int Rows => _settings.Rows;

    /// <summary>Columns of a frame.</summary>
    public int Columns => _settings.Columns;

    /// <summary>The recipe's directions, degrees, in the order in which they are shown.</summary>
    public IReadOnlyList<double> DirectionsDeg { get; }

    /// <summary>Which of the directions a frame moves in; -1: none.</summary>
    public int DirectionAt(int frame)
    {
        var period = _settings.Frames / _settings.RateHz / _settings.Directions;
        var time = frame / _settings.RateHz;
        var i = Math.Min((int)(time / period), _settings.Directions - 1);
        var onset = (i + 0.5 - _settings.OrientationFraction / 2) * period;
        return time >= onset && time < onset + _settings.OrientationFraction * period ? i : -1;
    }

    /// <summary>Where the pattern moves in a direction of the recipe: degrees counter-clockwise from the right.</summary>
    public static double MotionDeg(double directionDeg) => ((90 - directionDeg) % 360 + 360) % 360;

    /// <summary>Computes the next frame, (Rows, Columns).</summary>
    public void NextInto(Span<byte> pixels)
    {
        NextValues();
        var (top, left) = ((_rows - Rows) / 2, (_columns - Columns) / 2);
        for (var row = 0; row < Rows; row++)
        {
            var from = (row + top) * _columns + left;
            for (var column = 0; column < Columns; column++)
            {
                pixels[row * Columns + column] = (byte)Math.Clamp(Math.Round((2.5 * _re[from + column] + 0.5) * 255), 0, 255);
            }
        }
    }

    private void NextValues()
    {
        var frame = _next++;
        if (frame > 0)
        {
            Draw(_history[(frame - 1) % _history.Length]); // the oldest goes
        }
        Convolve(frame);
        _noiseTransform.Forward(_noiseRe, _noiseIm);
        SetDirection(DirectionAt(frame));
        Spread();
        _transform.Inverse(_re, _im);
    }

    // The low-pass in time: of this frame's noise and those before it, weighted by the kernel (newest first).
    private void Convolve(int frame)
    {
        Array.Clear(_noiseRe);
        Array.Clear(_noiseIm);
        for (var back = 0; back < _kernel.Length; back++)
        {
            var noise = _history[(frame + _kernel.Length - 1 - back) % _kernel.Length];
            var weight = _kernel[back];
            for (var i = 0; i < noise.Length; i++)
            {
                _noiseRe[i] += weight * noise[i];
            }
        }
    }

    // The spectrum of zero-insertion repeats that of the noise; filter, orientation and motion act on it.
    private void Spread()
    {
        var moving = _direction >= 0;
        for (var row = 0; row < _rows; row++)
        {
            var noiseRow = row % _noiseRows * _noiseColumns;
            for (var column = 0; column < _columns; column++)
            {
                var at = row * _columns + column;
                var from = noiseRow + column % _noiseColumns;
                var phaseRe = _phaseRowRe[row] * _phaseColumnRe[column] - _phaseRowIm[row] * _phaseColumnIm[column];
                var phaseIm = _phaseRowRe[row] * _phaseColumnIm[column] + _phaseRowIm[row] * _phaseColumnRe[column];
                var gain = _filter[at] * (moving ? _oriented[at] : 1);
                var (turnRe, turnIm) = (_motionRe[at] * phaseRe - _motionIm[at] * phaseIm, _motionRe[at] * phaseIm + _motionIm[at] * phaseRe);
                _re[at] = gain * (_noiseRe[from] * turnRe - _noiseIm[from] * turnIm);
                _im[at] = gain * (_noiseRe[from] * turnIm + _noiseIm[from] * turnRe);
                if (moving)
                {
                    (_motionRe[at], _motionIm[at]) = (_motionRe[at] * _stepRe[at] - _motionIm[at] * _stepIm[at], _motionRe[at] * _stepIm[at] + _motionIm[at] * _stepRe[at]);
                }
            }
        }
    }

    private void SetDirection(int direction)
    {
        if (direction == _direction)
        {
            return;
        }
        _direction = direction;
        if (direction < 0)
        {
            return;
        }
        var orientation = (DirectionsDeg[direction] + 90) * Math.PI / 180;
        var (sin, cos) = Math.SinCos(orientation);
        var speed = _settings.PatternWidth * _settings.SpeedWidthsPerS / _settings.RateHz;
        var coherence = _settings.OrientationCoherence;
        var mix = coherence > 1 ? _settings.OrientationMix : 0;
        for (var row = 0; row < _rows; row++)
        {
            for (var column = 0; column < _columns; column++)
            {
                var at = row * _columns + column;
                var (wx, wy) = (Frequency(column, _columns), Frequency(row, _rows));
                var angle = Math.Atan2(wx, wy) + orientation;
                var theta = angle - Math.Floor(angle / Math.PI) * Math.PI - Math.PI / 2;
                _oriented[at] = 1 - mix + mix * Math.Sqrt(coherence) * Hann(theta * coherence);
                (_stepIm[at], _stepRe[at]) = Math.SinCos(speed * (cos * wx + sin * wy));
            }
        }
    }

    private float[] Draw(float[] noise)
    {
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = (float)_random.Normal();
        }
        return noise;
    }

    private double[] Shuffled(int count)
    {
        var directions = Enumerable.Range(0, count).Select(i => (i + 1) * 360.0 / count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = _random.Below(i + 1);
            (directions[i], directions[j]) = (directions[j], directions[i]);
        }
        return directions;
    }

    // Causal: the second half of a Hamming window of 2 semi + 1, of sum 1, over sqrt(bandwidth / 4).
    private static double[] HalfHamming(double rateHz, double bandwidthHz)
    {
        var semi = Math.Max(1, (int)Math.Round(2 * rateHz / bandwidthHz));
        var kernel = Enumerable.Range(0, semi + 1).Select(i => 0.54 + 0.46 * Math.Cos(Math.PI * i / semi)).ToArray();
        var scale = 1 / (kernel.Sum() * Math.Sqrt(bandwidthHz / 4));
        return [.. kernel.Select(k => k * scale)];
    }

    private static double Hann(double q) => Math.Abs(q) < Math.PI ? 0.5 + 0.5 * Math.Cos(q) : 0;

    private static double Frequency(int index, int count) => 2 * Math.PI * (index <= (count - 1) / 2 ? index : index - count) / count;

    // What putting the samples at every third place from the given one on does to the spectrum.
    private static (double[] Re, double[] Im) Phases(int count)
    {
        var (re, im) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            (im[i], re[i]) = Math.SinCos(-2 * Math.PI * i * (UpsamplingPhase - 1) / count);
        }
        return (re, im);
    }
}
