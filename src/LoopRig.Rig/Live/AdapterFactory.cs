using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Native.V4l2;
using LoopRig.Native.Zmq;
using LoopRig.Rig.Configuration;
using LoopRig.Simulation;
using LoopRig.Simulation.Faults;
using LoopRig.Simulation.HeadFixed;

namespace LoopRig.Rig.Live;

/// <summary>Makes adapters from their configuration.</summary>
public static class AdapterFactory
{
    /// <summary>Opens a source; the caller disposes it.</summary>
    /// <param name="config">The adapter.</param>
    /// <param name="source">The stream that it takes, where its source is one of the rig's.</param>
    /// <param name="context">The process's ZeroMQ context, for sources on the wire.</param>
    /// <param name="stop">Ends the wait for a source on the wire.</param>
    /// <exception cref="LoopRigException">A file or device cannot be opened, the stream is not what the adapter can use, or its faults name another stream.</exception>
    public static IAdapter Create(AdapterConfig config, StreamSource? source, ZmqContext context, CancellationToken stop)
    {
        var adapter = source is null ? OpenDevice(config, context, stop) : new ProcessorAdapter(context, config.Name, source, CreateProcessor(config, source.Stream));
        try
        {
            return config.Faults.Length == 0 ? adapter : new FaultyAdapter(adapter, FaultPlan.Of(config.Faults));
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>The adapter without the faults that are injected into its streams: what it is, and not what it sends.</summary>
    public static IAdapter Bare(IAdapter adapter) => adapter is FaultyAdapter faulty ? faulty.Inner : adapter;

    /// <summary>Makes what an adapter does with the stream that it takes; the caller disposes it. A simulation faster than real time calls it directly.</summary>
    /// <param name="config">The adapter, whose source is a stream of the rig.</param>
    /// <param name="input">The stream.</param>
    /// <exception cref="LoopRigException">The stream is not what the adapter can use.</exception>
    public static IStreamProcessor CreateProcessor(AdapterConfig config, StreamDescriptor input) => config switch
    {
        VideoConfig c => new PictureProcessor(Options(c), input, c.Interlaced switch
        {
            Configuration.Interlacing.TopFirst => FieldOrder.TopFirst,
            Configuration.Interlacing.BottomFirst => FieldOrder.BottomFirst,
            _ => FieldOrder.Progressive, // a stream does not say
        }),
        EyeVideoConfig c => new EyeVideoProcessor(Options(c) with { PublishPicture = c.Crop is not null }, input),
        ImuConfig c => new OrientationProcessor(c.Name, input, c.CreateMounting()),
        TreadmillConfig c => new TreadmillProcessor(Treadmill(c), input),
        TopCameraConfig c => new TopCameraProcessor(Options(c), input),
        SimulatedHeadFixedConfig c => new HeadFixedMouse(new HeadFixedOptions { Name = c.Name, Monitor = c.Monitor, Seed = (ulong)c.Seed, Session = (ulong)c.Session, Units = c.Units }, input),
        _ => throw new LoopRigException($"adapter {config.Name}: a source of kind {config.GetType().Name} cannot take the stream {input.Name}"),
    };

    private static IAdapter OpenDevice(AdapterConfig config, ZmqContext context, CancellationToken stop) => config switch
    {
        SimulatedMouseConfig c => OpenMouse(c),
        VideoConfig c => new VideoAdapter(Options(c)),
        EyeVideoConfig c => OpenEye(Options(c)),
        ImuConfig { SerialDevice: { } port } c => new SerialImu(
            new SerialOptions { Name = c.Name, Path = port, Baud = c.BaudRate, SilenceMs = c.SilenceMs },
            Device(c)),
        ImuConfig c => new ImuFileAdapter(new ImuFileOptions
        {
            Name = c.Name,
            Source = c.Source,
            RateHz = c.RateHz,
            GyroscopeUnit = UnitOf(c.GyroscopeUnit),
            AccelerometerUnit = UnitOf(c.AccelerometerUnit),
            Mounting = c.CreateMounting(),
            BlockMs = c.BlockMs,
            Loop = c.Loop,
            Pace = Of(c.Pace),
        }),
        TopCameraConfig c => OpenTop(Options(c)),
        SamplesConfig c => new SamplesAdapter(new SamplesOptions
        {
            Name = c.Name,
            Source = c.Source,
            Channels = c.Channels,
            Columns = c.Columns,
            Units = c.Units,
            TimeColumn = c.TimeColumn,
            RateHz = c.RateHz,
            BlockSamples = c.BlockSamples,
            Loop = c.Loop,
            Pace = Of(c.Pace),
        }),
        TreadmillConfig { SerialDevice: { } port } c => new SerialTreadmill(
            Treadmill(c),
            new SerialOptions { Name = c.Name, Path = port, Baud = c.BaudRate, SilenceMs = c.SilenceMs },
            new EncoderProtocol { Device = c.Device, Harp = Of(c.Harp), SyncPulses = c.SyncPulses, LatencyMs = c.LatencyMs, Clock = c.Clock ?? (c.Harp is null ? null : "harp") }),
        TreadmillConfig c => new RecordedTreadmill(Treadmill(c), c.Source, Of(c.Harp), c.Loop, Of(c.Pace)),
        NeuralConfig c => new NeuralActivityAdapter(new NeuralActivityOptions
        {
            Name = c.Name,
            Source = c.Source,
            BinMs = c.BinMs,
            Traces = c.Traces,
            UnitIds = c.UnitIds,
            UnitIdsFile = c.UnitIdsFile,
            Loop = c.Loop,
            Pace = Of(c.Pace),
        }),
        DisplayConfig c => RigDisplay.Open(c, context, stop),
        WireConfig c => new WireAdapter(context, new WireOptions { Name = c.Name, Endpoint = c.Endpoint, Streams = c.Streams, PatienceSeconds = c.PatienceSeconds }, stop),
        _ => throw new LoopRigException($"adapter {config.Name}: no source of kind {config.GetType().Name}"),
    };

    // In a process of its own it plugs its encoder in when it runs there; here it would take the line's place.
    private static DigitalMouseAdapter OpenMouse(SimulatedMouseConfig c)
    {
        var mouse = new DigitalMouse(Options(c));
        if (c.Process == AdapterProcess.Server)
        {
            mouse.PlugInEncoder();
        }
        return new DigitalMouseAdapter(c.Name, mouse, c.Pace == Configuration.Pace.RealTime);
    }

    /// <summary>What a digital mouse is to the simulation.</summary>
    internal static MouseOptions Options(SimulatedMouseConfig c) => new()
    {
        Seed = (ulong)c.Seed,
        Session = (ulong)c.Session,
        Units = c.Units,
        BehaviourMemorySeconds = c.BehaviourMemorySeconds,
        WorldcamRateHz = c.WorldcamRateHz,
        WorldcamInterlaced = c.WorldcamInterlaced,
        WorldcamHeight = c.WorldcamHeight,
        WorldcamWidth = c.WorldcamWidth,
        EyecamRateHz = c.EyecamRateHz,
        EyecamHeight = c.EyecamHeight,
        EyecamWidth = c.EyecamWidth,
        ImuRateHz = c.ImuRateHz,
        ImuBlock = c.ImuBlockSamples,
        EncoderRateHz = c.EncoderRateHz,
        EncoderPort = c.EncoderPort,
        Clocks = [.. c.Clocks.Select(k => new MouseClockOptions { Device = k.Device, OffsetSeconds = k.OffsetSeconds, DriftPpm = k.DriftPpm, ResetSeconds = k.ResetSeconds })],
    };

    private static VideoOptions Options(VideoConfig c) => new()
    {
        Name = c.Name,
        Source = c.Source,
        Loop = c.Loop,
        Pace = Of(c.Pace),
        Interlacing = (Acquisition.Interlacing)c.Interlaced,
        Camera = Of(c.Camera),
        RawVideo = c.RawVideo,
        LatencyMs = c.LatencyMs,
        Crop = Of(c.Crop),
        Grey = c.Grey,
        Derived = [.. c.Derived.Select(d => new ImageSize(d.Height, d.Width))],
    };

    private static EyeVideoOptions Options(EyeVideoConfig c) => new()
    {
        Name = c.Name,
        Source = c.Source,
        Loop = c.Loop,
        Pace = Of(c.Pace),
        Camera = Of(c.Camera),
        RawVideo = c.RawVideo,
        LatencyMs = c.LatencyMs,
        Crop = Of(c.Crop),
        Pupil = new PupilTrackerOptions
        {
            Kind = (Acquisition.PupilKind)c.Pupil.Kind,
            BrightLevel = c.Pupil.BrightLevel,
            MinRadiusPx = c.Pupil.MinRadiusPx,
            MaxRadiusPx = c.Pupil.MaxRadiusPx,
            MinConfidence = c.Pupil.MinConfidence,
        },
        Calibration = c.Calibration,
        DegreesPerPixel = c.DegreesPerPixel,
        NoseIsLeft = c.NoseIsLeft,
    };

    private static TopCameraOptions Options(TopCameraConfig c) => new()
    {
        Name = c.Name,
        Source = c.Source,
        Loop = c.Loop,
        Pace = Of(c.Pace),
        Camera = Of(c.Camera),
        RawVideo = c.RawVideo,
        LatencyMs = c.LatencyMs,
        Crop = Of(c.Crop),
        PixelsPerCm = c.PixelsPerCm,
        BodyLengthPx = c.BodyLengthPx,
        BrightMouse = c.BrightMouse,
        BackgroundSeconds = c.BackgroundSeconds,
        SpeedWindowMs = c.SpeedWindowMs,
    };

    private static CameraOptions Of(CameraConfig c) => new()
    {
        Card = c.Card,
        PatienceMs = c.PatienceMs,
        Settings = new CameraSettings { Width = c.Width, Height = c.Height, Format = (PixelFormat)c.Format, FrameRateHz = c.FrameRateHz, ExposureMs = c.ExposureMs, Gain = c.Gain },
    };

    private static VideoAdapter OpenTop(TopCameraOptions options) => new(options, (frames, _) => new TopCameraProcessor(options, frames));

    private static VideoAdapter OpenEye(EyeVideoOptions options) => new(options, (frames, _) => new EyeVideoProcessor(options, frames));

    private static ImuDeviceOptions Device(ImuConfig c) => new()
    {
        Device = c.Device,
        Clock = c.Clock,
        LatencyMs = c.LatencyMs,
        RateHz = c.RateHz,
        Magnetometer = c.MagnetometerCountsPerUt is not null,
        RadPerSPerCount = ImuChannels.Scale(UnitOf(c.GyroscopeUnit), isRate: true)!.Value / c.GyroscopeCountsPerUnit,
        MPerS2PerCount = ImuChannels.Scale(UnitOf(c.AccelerometerUnit), isRate: false)!.Value / c.AccelerometerCountsPerUnit,
        MicroteslaPerCount = 1 / (c.MagnetometerCountsPerUt ?? 1),
        Mounting = c.CreateMounting(),
        BlockMs = c.BlockMs,
    };

    private static string UnitOf(GyroscopeUnit unit) => unit == GyroscopeUnit.RadPerS ? "rad/s" : "deg/s";

    private static string UnitOf(AccelerometerUnit unit) => unit == AccelerometerUnit.MPerS2 ? "m/s2" : "g";

    private static TreadmillOptions Treadmill(TreadmillConfig c) => new()
    {
        Name = c.Name,
        CountsPerTurn = c.CountsPerTurn,
        RadiusCm = c.RadiusCm,
        Reverse = c.Reverse,
        CounterBits = c.CounterBits,
        FastestCmPerS = c.FastestCmPerS,
        OutputRateHz = c.OutputRateHz,
        SpeedWindowMs = c.SpeedWindowMs,
        MovingAboveCmPerS = c.MovingAboveCmPerS,
        StillBelowCmPerS = c.StillBelowCmPerS,
        StillAfterMs = c.StillAfterMs,
        RunningAboveCmPerS = c.RunningAboveCmPerS,
        RunningEndsBelowCmPerS = c.RunningEndsBelowCmPerS,
    };

    private static HarpEncoderOptions? Of(HarpConfig? harp) => harp is null ? null : new HarpEncoderOptions { Register = (byte)harp.Register, Element = harp.Element, WhoAmI = harp.WhoAmI };

    private static Acquisition.Pace Of(Configuration.Pace pace) => pace == Configuration.Pace.RealTime ? Acquisition.Pace.RealTime : Acquisition.Pace.FullSpeed;

    private static CropOptions? Of(CropConfig? crop) => crop is null ? null : new CropOptions { X = crop.X, Y = crop.Y, Width = crop.Width, Height = crop.Height };
}
