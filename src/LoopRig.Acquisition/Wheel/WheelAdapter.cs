using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Streams a wheel's position (counts) and speed (cm/s, forward positive). Speed at t is (x(t) - x(t - w)) / w, x being the newest position known at that
/// time: causal, with a delay of w / 2 and zeros at multiples of 1 / w.
/// </summary>
public sealed class WheelAdapter : IAdapter
{
    private readonly WheelOptions _options;
    private readonly WheelLog _log;
    private readonly double _cmPerCount;
    private readonly long _windowNs;

    /// <summary>Reads the log.</summary>
    /// <exception cref="DataFileException">The file is no log of a wheel.</exception>
    /// <exception cref="DeviceException">An option is out of range.</exception>
    public WheelAdapter(WheelOptions options)
    {
        _options = options;
        if (!(options.CountsPerTurn > 0)) throw new DeviceException(options.Name, "countsPerTurn: more than 0");
        if (!(options.RadiusCm > 0)) throw new DeviceException(options.Name, "radiusCm: more than 0");
        if (!(options.OutputRateHz > 0)) throw new DeviceException(options.Name, "outputRateHz: more than 0");
        if (!(options.SpeedWindowMs > 0)) throw new DeviceException(options.Name, "speedWindowMs: more than 0");
        _cmPerCount = 2 * Math.PI * options.RadiusCm / options.CountsPerTurn * (options.Reverse ? -1 : 1);
        _windowNs = (long)Math.Round(options.SpeedWindowMs * 1e6);
        _log = WheelLog.Read(options.Source);
        Streams =
        [
            new StreamDescriptor
            {
                Name = options.Name,
                Kind = StreamKind.Vector,
                DType = DType.F32,
                Shape = [2],
                Channels = ["position", BehaviourVariables.Speed],
                Units = ["count", "cm/s"],
                RateHz = options.OutputRateHz,
                Source = options.Source,
            },
        ];
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Always 0: a file loses nothing.</summary>
    public long Drops => 0;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using PlaybackClock clock = new(_options.Pace, stop);
        FrameHeader header = FrameHeader.Samples(DType.F32, [2], 0);
        Span<float> values = stackalloc float[2];
        while (true)
        {
            int now = 0, past = 0;
            for (long sample = 0; ; sample++)
            {
                long offset = OffsetNs(sample);
                if (offset > _log.TimesNs[^1]) break;
                now = Newest(now, offset);
                past = Newest(past, offset - _windowNs);
                values[0] = (float)(_log.Counts[now] - _log.Counts[0]); // from the start, so that single precision keeps every count
                values[1] = (float)((_log.Counts[now] - _log.Counts[past]) * _cmPerCount * 1e9 / _windowNs);
                if (!clock.WaitUntilDue(offset)) return;
                clock.Stamp(ref header, offset, offset);
                output.Publish(0, header, MemoryMarshal.AsBytes(values));
                clock.EndFirstSample();
            }

            if (!_options.Loop) return;
            clock.StartOver(OffsetNs((long)Math.Floor(_log.TimesNs[^1] * _options.OutputRateHz / 1e9) + 1));
        }
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }

    private long OffsetNs(long sample) => (long)Math.Round(sample * 1e9 / _options.OutputRateHz);

    // The last row at or before a time, searched onwards from the row that was it before.
    private int Newest(int row, long offsetNs)
    {
        while (row + 1 < _log.TimesNs.Length && _log.TimesNs[row + 1] <= offsetNs) row++;
        return row;
    }
}
