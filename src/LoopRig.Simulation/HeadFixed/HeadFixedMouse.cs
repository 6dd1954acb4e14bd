using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Simulation.Body;
using LoopRig.Simulation.Neurons;
using LoopRig.Simulation.Sensors;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>
/// A head-fixed mouse on a wheel before a monitor. It takes the frames that the renderer has shown, lives from one to the next, and publishes what a rig records
/// of it: spike counts, pupil, encoder, and the truth. Its cortex sees the frame that was on the screen at each moment, by the frames' own times: the same whether
/// they come in real time over the wire or faster. Between two frames nothing is published, so that its samples come up to a flip late.
/// </summary>
public sealed class HeadFixedMouse : IStreamProcessor
{
    private const double PupilNoisePx = 0.15, RestX = 80, RestY = 60;
    private const float Gray = 128;

    private readonly int _height, _width;
    private readonly double _countsPerCm;
    private readonly HeadFixedBody _body;
    private readonly Cortex _cortex;
    private readonly ElectrodeArray _array;
    private readonly SeededRandom _tracker;
    private readonly float[] _contrast;
    private readonly float[] _pupil = new float[3], _true = new float[3];
    private readonly long[] _counts = new long[1];
    private long _startNs = long.MinValue, _livedNs, _seenNs = long.MinValue;
    private bool _mismatched;

    /// <summary>Draws and calibrates the animal; takes about a second.</summary>
    /// <param name="options">The animal.</param>
    /// <param name="frames">What it sees: U8 (H,W), the whole monitor, 0 black to 255 white, on the rig clock.</param>
    /// <exception cref="DeviceException">The stream is no such pictures.</exception>
    /// <exception cref="RigConfigException">An option is out of range.</exception>
    public HeadFixedMouse(HeadFixedOptions options, StreamDescriptor frames)
    {
        options.Validate();
        if (frames.Kind != StreamKind.Image || frames.DType != DType.U8 || frames.Shape is not [>= 8, >= 8] || frames.ClockId != 0)
            throw new DeviceException(options.Name, $"the stream {frames.Name} is not what a screen shows: {frames.Kind} {frames.DType} of ({string.Join(',', frames.Shape)}); grey pictures (U8) on the rig clock, of at least 8 x 8 pixels, belong here");
        (_height, _width) = (frames.Shape[0], frames.Shape[1]);
        var population = new ScreenPopulation(options.Units, options.Seed, new MonitorGeometry(options.Monitor), _height, _width);
        _cortex = population.Create(options.SessionSeed);
        _body = new HeadFixedBody(options.SessionSeed);
        _tracker = new SeededRandom(options.SessionSeed, "pupil tracker");
        _array = new ElectrodeArray(HeadFixedStreams.Activity, new MouseOptions { Units = options.Units, ActivityLatencyMs = options.ActivityLatencyMs });
        _countsPerCm = options.EncoderCountsPerTurn / (2 * Math.PI * options.WheelRadiusCm);
        _contrast = new float[_height * _width];
        Streams = HeadFixedStreams.Describe(options, population.Units);
        Truth = new HeadFixedTruth
        {
            Seed = options.Seed,
            Session = options.Session,
            BinNs = Cortex.BinNs,
            Model = "expected count = ratePerDrive x max(0, drive x gain + offset) x exp(-suppression x recent spikes) x bin; counts are Poisson draws. Drive: two filters a quarter cycle apart "
                + "(a Gabor and its flank each) on the frame shown as contrast (level - 128) / 128; half-squared (simple) or squared and summed (complex), divided by the energy of nearby units",
            BehaviourSignals = Neurons.BehaviourSignals.Names,
            CmPerCount = 1 / _countsPerCm,
            LatencyMs = VisualDrive.LatencyMs,
            Monitor = options.Monitor,
            Height = _height,
            Width = _width,
            Units = population.Units,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Everything about the neurons.</summary>
    public HeadFixedTruth Truth { get; }

    /// <inheritdoc/>
    public void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        if (!Fits(header, payload, output))
            return;
        long shownNs = header.DeviceTimeNs;
        if (_startNs == long.MinValue)
            _startNs = (shownNs + Cortex.BinNs - 1) / Cortex.BinNs * Cortex.BinNs;  // bins lie on the aligner's grid
        while (_startNs + _livedNs < shownNs)
            Live(output);
        _seenNs = shownNs;
        See(payload);
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }

    private void See(ReadOnlySpan<byte> pixels)
    {
        long sum = 0;
        for (int at = 0; at < _contrast.Length; at++)
        {
            sum += pixels[at];
            _contrast[at] = (pixels[at] - Gray) / Gray;
        }
        _body.Luminance = sum / (255.0 * _contrast.Length);
    }

    // One tick of the cortex.
    private void Live(IStreamOutput output)
    {
        const long HalfNs = Cortex.TickNs / 2;
        if (_livedNs > 0)
            PublishCounts(_livedNs - HalfNs, output);
        MouseState mouse = _body.At(_livedNs);
        PublishCounts(_livedNs, output);
        PublishPupil(mouse, output);
        if (_cortex.Tick(_contrast, mouse))
            _array.Take(_cortex.LastBin, _livedNs + Cortex.TickNs);
        _livedNs += Cortex.TickNs;
        while (_array.NextNs <= _livedNs)
            _array.Publish(_startNs, 0, output);
    }

    private void PublishCounts(long timeNs, IStreamOutput output)
    {
        _counts[0] = (long)Math.Floor(_body.At(timeNs).Distance * _countsPerCm);
        output.Publish(HeadFixedStreams.EncoderIndex, FrameHeader.Samples(DType.I64, [1], _startNs + timeNs), MemoryMarshal.AsBytes(_counts.AsSpan()));
    }

    private void PublishPupil(in MouseState mouse, IStreamOutput output)
    {
        _pupil[0] = (float)(RestX + _tracker.Normal(0, PupilNoisePx));
        _pupil[1] = (float)(RestY + _tracker.Normal(0, PupilNoisePx));
        _pupil[2] = (float)(mouse.PupilRadius + _tracker.Normal(0, PupilNoisePx));
        output.Publish(HeadFixedStreams.PupilIndex, FrameHeader.Samples(DType.F32, [_pupil.Length], _startNs + _livedNs), MemoryMarshal.AsBytes(_pupil.AsSpan()));
        (_true[0], _true[1], _true[2]) = ((float)mouse.Speed, (float)mouse.Arousal, (float)mouse.PupilRadius);
        output.Publish(HeadFixedStreams.BodyIndex, FrameHeader.Samples(DType.F32, [_true.Length], _startNs + _livedNs), MemoryMarshal.AsBytes(_true.AsSpan()));
    }

    private bool Fits(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        bool fits = payload.Length == _contrast.Length && header.DeviceTimeNs > _seenNs;
        if (!fits && !_mismatched)
        {
            output.Report(HeadFixedStreams.Activity, new SourceReport(SourceReportKind.Mismatch, header.DeviceTimeNs, header.DeviceTimeNs, 0,
                $"a frame of {payload.Length} bytes at {header.DeviceTimeNs} ns after one at {_seenNs} ns; pictures of {_width} x {_height}, one after the other, were announced; others are not seen"));
        }
        _mismatched = !fits;
        return fits;
    }
}
