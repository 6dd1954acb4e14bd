using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Encoder counts into speed (cm/s, forward positive), position (cm) and the flags stationary and running, at a regular rate of its own. The counts may come at any rate
/// and with any pauses: a pause is standing still. The speed lags its time by half the Hamming window, which its descriptor says.
/// </summary>
public sealed class TreadmillProcessor : IStreamProcessor
{
    private const int Channels = 4;
    private const double MostSecondsAtOnce = 3;

    private readonly TreadmillOptions _options;
    private readonly StreamDescriptor _input;
    private readonly int _channel;
    private readonly EncoderCounter _counter;
    private readonly HammingLowPass _speed;
    private readonly LocomotionState _state;
    private readonly EncoderGlitches _glitches;
    private readonly float[] _values = new float[Channels];
    private FrameHeader _header;
    private bool _begun;
    private long _startNs;
    private long _next;
    private long _lastNs;
    private double _positionCm;
    private FrameFlags _epochFlag;

    /// <summary>Prepares for a stream of counts.</summary>
    /// <param name="options">The treadmill.</param>
    /// <param name="input">A vector stream with a channel <c>counts</c>, or a single one, of whole or floating-point numbers.</param>
    /// <exception cref="DeviceException">An option is out of range, or the stream holds no counts.</exception>
    public TreadmillProcessor(TreadmillOptions options, StreamDescriptor input)
    {
        options.Check();
        (_options, _input) = (options, input);
        _channel = Array.IndexOf(input.Channels, CountsChannel);
        if (_channel < 0 && input.ElementCount == 1) _channel = 0;
        if (input.Kind != StreamKind.Vector || _channel < 0)
            throw new DeviceException(options.Name, $"the stream {input.Name} has no channel '{CountsChannel}': it has {string.Join(", ", input.Channels)}");
        if (!IsNumber(input.DType)) throw new DeviceException(options.Name, $"the stream {input.Name} is of type {input.DType}, which is not read as counts");
        _counter = new EncoderCounter(options.CounterBits);
        _speed = new HammingLowPass(options.SpeedWindowMs * 1e6);
        _state = new LocomotionState(options);
        _glitches = new EncoderGlitches(options);
        _header = FrameHeader.Samples(DType.F32, [Channels], 0);
        _header.Clock = new ClockId(input.ClockId);
        Streams =
        [
            new StreamDescriptor
            {
                Name = options.Name,
                Kind = StreamKind.Vector,
                DType = DType.F32,
                Shape = [Channels],
                Channels = [BehaviourVariables.Speed, "position", "stationary", "running"],
                Units = ["cm/s", "cm", "flag", "flag"],
                RateHz = options.OutputRateHz,
                ClockId = input.ClockId,
                Clock = input.Clock,
                LatencyNs = input.LatencyNs,
                Source = input.Name,
                FilterDelayNs = options.DelayNs,
            },
        ];
    }

    /// <summary>The channel's name that raw counts go by.</summary>
    public const string CountsChannel = "counts";

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <inheritdoc/>
    public void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        if ((header.Flags & FrameFlags.NewEpoch) != 0) NewEpoch();
        _header.HostTimeNs = header.HostTimeNs;
        ReadOnlySpan<byte> times = payload[..header.TimesLength], data = payload[header.TimesLength..];
        int size = _input.SampleBytes, at = _channel * _input.DType.Size();
        for (int i = 0; i < header.SampleCount; i++)
        {
            long ns = times.IsEmpty ? header.DeviceTimeNs : BinaryPrimitives.ReadInt64LittleEndian(times[(i * sizeof(long))..]);
            Add(ns, Read(data[((i * size) + at)..]), output);
        }
    }

    /// <summary>No count came up to this time: the animal stood still. For a source that knows so, because its device is alive and tells only of changes.</summary>
    /// <param name="deviceNs">ns on the input's clock.</param>
    /// <param name="hostNs">When that was known, ns on the rig clock; 0: now.</param>
    /// <param name="output">Takes the samples.</param>
    public void Advance(long deviceNs, long hostNs, IStreamOutput output)
    {
        if (!_begun) return;
        _header.HostTimeNs = hostNs;
        SkipHole(deviceNs);
        while (DueNs <= deviceNs) Emit(output);
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }

    private void NewEpoch()
    {
        (_begun, _epochFlag) = (false, FrameFlags.NewEpoch);
        _counter.Forget();
        _state.Forget();
        _glitches.Forget();
    }

    private void Add(long ns, double reading, IStreamOutput output)
    {
        if (!_begun) Begin(ns);
        ns = Math.Max(ns, _lastNs);
        double counts = _counter.StepTo(reading);
        EncoderGlitches.Verdict verdict = _glitches.Judge(ns, counts);
        if (verdict == EncoderGlitches.Verdict.Sound || verdict == EncoderGlitches.Verdict.NewZero)
        {
            _counter.Keep(reading);
            if (verdict == EncoderGlitches.Verdict.NewZero) counts = 0;

            // A single count fell at its own time. More of them, from an encoder that is polled or after messages were lost, came evenly since the last reading.
            Move(Math.Abs(counts) <= 1 ? ns : _lastNs, ns, counts * _options.CmPerCount, output);
            _lastNs = ns;
        }

        _glitches.Tell(output, _header.HostTimeNs);
    }

    private void Begin(long ns)
    {
        (_begun, _startNs, _lastNs, _next) = (true, ns, ns, 0);
        _speed.Begin(ns);
    }

    private void Move(long fromNs, long toNs, double cm, IStreamOutput output)
    {
        double perNs = toNs > fromNs ? cm / (toNs - fromNs) : 0, left = cm;
        SkipHole(toNs);
        for (; DueNs < toNs; Emit(output))
        {
            if (DueNs <= fromNs) continue;
            double part = perNs * (DueNs - fromNs);
            Travel(fromNs, DueNs, part);
            (fromNs, left) = (DueNs, left - part);
        }

        Travel(fromNs, toNs, left);
        if (DueNs == toNs) Emit(output);
    }

    private void Travel(long fromNs, long toNs, double cm)
    {
        _speed.Add(fromNs, toNs, cm);
        _positionCm += cm;
    }

    // A pause longer than any device's between two signs of life is no standing still but a hole, and nothing is made up for it.
    private void SkipHole(long untilNs)
    {
        if (untilNs - DueNs > MostSecondsAtOnce * 1e9) _next = (long)Math.Ceiling((untilNs - _startNs) * _options.OutputRateHz / 1e9);
    }

    private void Emit(IStreamOutput output)
    {
        long due = DueNs;
        double speed = _speed.At(due);
        _state.Update(due, speed);
        _values[0] = (float)speed;
        _values[1] = (float)_positionCm;
        _values[2] = _state.Stationary ? 1 : 0;
        _values[3] = _state.Running ? 1 : 0;
        _header.DeviceTimeNs = due;
        _header.Flags = _epochFlag;
        output.Publish(0, _header, MemoryMarshal.AsBytes(_values.AsSpan()));
        _epochFlag = FrameFlags.None;
        _next++;
    }

    private long DueNs => _startNs + (long)Math.Round(_next * 1e9 / _options.OutputRateHz);

    private static bool IsNumber(DType type) => type is DType.U8 or DType.U16 or DType.I16 or DType.U32 or DType.I32 or DType.I64 or DType.F32 or DType.F64;

    private double Read(ReadOnlySpan<byte> at) => _input.DType switch
    {
        DType.U8 => (double)at[0], // decides the type of all
        DType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
        DType.I16 => BinaryPrimitives.ReadInt16LittleEndian(at),
        DType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
        DType.I32 => BinaryPrimitives.ReadInt32LittleEndian(at),
        DType.I64 => BinaryPrimitives.ReadInt64LittleEndian(at),
        DType.F32 => BinaryPrimitives.ReadSingleLittleEndian(at),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
    };
}
