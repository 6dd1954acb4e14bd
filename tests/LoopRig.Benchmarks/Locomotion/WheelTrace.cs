using System.Runtime.InteropServices;
using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>A recording played through the treadmill's adapter as fast as it goes: what was published.</summary>
internal sealed class WheelTrace : IStreamOutput
{
    private const int SpeedStream = 0;
    private readonly List<(long TimeNs, float Speed, float Position, bool Stationary)> _samples = [];
    private long _firstNs = long.MinValue;

    /// <summary>Times from the first reading, s.</summary>
    public double[] Times => [.. _samples.Select(s => (s.TimeNs - _firstNs) / 1e9)];

    public float[] Speeds => [.. _samples.Select(s => s.Speed)];

    public float[] Positions => [.. _samples.Select(s => s.Position)];

    public int Readings { get; private set; }

    public long LeftOut { get; private set; }

    public static WheelTrace Of(string path, TreadmillOptions options, HarpEncoderOptions? harp = null)
    {
        var trace = new WheelTrace();
        using var adapter = new RecordedTreadmill(options, path, harp, loop: false, Pace.FullSpeed);
        adapter.Run(trace, CancellationToken.None);
        return trace;
    }

    /// <summary>
    /// The stretches in which the flag says movement, each from where the speed last rose out of quiet to where it fell into quiet, less the filter's delay.
    /// They are known when the flag changes: at the onset up to the time that the speed takes from quiet to movement later, at the end the wait for quiet.
    /// </summary>
    public List<Movement> Movements(TreadmillOptions options)
    {
        var delay = options.SpeedWindowMs / 2000;
        var movements = new List<Movement>();
        var (rose, on) = (0.0, double.NaN);
        var times = Times;
        for (var i = 0; i < times.Length; i++)
        {
            if (double.IsNaN(on) && Math.Abs(_samples[i].Speed) < options.StillBelowCmPerS)
            {
                rose = times[i];
            }
            if (!_samples[i].Stationary && double.IsNaN(on))
            {
                on = rose - delay;
            }
            else if (_samples[i].Stationary && !double.IsNaN(on))
            {
                movements.Add(new Movement(on, times[i] - delay - (options.StillAfterMs / 1000)));
                on = double.NaN;
            }
        }
        if (!double.IsNaN(on))
        {
            movements.Add(new Movement(on, times[^1] - delay));
        }
        return movements;
    }

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (stream == SpeedStream)
        {
            var values = MemoryMarshal.Cast<byte, float>(payload);
            _samples.Add((header.DeviceTimeNs, values[0], values[1], values[2] != 0));
            return;
        }
        if (_firstNs == long.MinValue)
        {
            _firstNs = MemoryMarshal.Cast<byte, long>(payload)[0];
        }
        Readings += header.SampleCount;
    }

    public void Report(int stream, in SourceReport report) => LeftOut += report.Count;
}
