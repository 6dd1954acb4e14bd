using LoopRig.Core;
using LoopRig.Simulation.Neurons;
using LoopRig.Simulation.Sensors;

namespace LoopRig.Simulation;

/// <summary>
/// A mouse that explores a textured arena, with a worldcam, eye camera, IMU and treadmill encoder on it, each with a clock of its own if wanted, and a recorded,
/// fully known visual cortex in it. It lives on a simulated clock: <see cref="Advance"/> moves that clock and hands every sample over in the order in which hardware would deliver them.
/// </summary>
public sealed class DigitalMouse : IDisposable
{
    private readonly Scene _scene;
    private readonly Sensor[] _sensors;
    private readonly Encoder _encoder;
    private readonly string _encoderPort;

    /// <summary>Builds the arena, the animal and the calibrated cortex of <paramref name="options"/>; takes a second or two.</summary>
    /// <param name="options">What to simulate.</param>
    /// <param name="startNs">The rig clock's reading at the simulated start. A multiple of 48 ms keeps the spike bins on the aligner's grid.</param>
    /// <exception cref="RigConfigException">An option is out of range.</exception>
    public DigitalMouse(MouseOptions options, long startNs = 0)
    {
        options.Validate();
        StartNs = startNs;
        _scene = new Scene(options);
        DeviceClock[] clocks = [.. Enum.GetValues<MouseDevice>().Select(device => new DeviceClock(device, options.Clocks))];
        Streams = MouseStreams.Describe(options, _scene.Cortex.Units, clocks);
        _encoder = new Encoder(Index(MouseStreams.Encoder), options, clocks[(int)MouseDevice.Encoder]);
        _encoderPort = options.EncoderPort;
        var array = new ElectrodeArray(Index(MouseStreams.Activity), options);
        _sensors =
        [
            new CortexClock(array),
            new Worldcam(Index(MouseStreams.Worldcam), options, _scene.Arena, clocks[(int)MouseDevice.Worldcam]),
            new EyeCamera(Index(MouseStreams.Eyecam), Index(MouseStreams.TruthEye), options, clocks[(int)MouseDevice.Eyecam]),
            new Imu(Index(MouseStreams.Imu), options, clocks[(int)MouseDevice.Imu]),
            _encoder,
            array,
            new PoseTruth(Index(MouseStreams.TruthPose)),
            new ClockTruth(Index(MouseStreams.TruthClocks), clocks),
        ];
        Truth = new GroundTruth
        {
            Seed = options.Seed,
            Session = options.Session,
            BinNs = Cortex.BinNs,
            Model = "expected count = ratePerDrive x max(0, drive x gain + offset) x exp(-suppression x recent spikes) x bin; counts are Poisson draws",
            BehaviourSignals = BehaviourSignals.Names,
            Units = _scene.Cortex.Units,
            CmPerCount = 2 * Math.PI * options.WheelRadiusCm / options.EncoderCountsPerTurn,
            Clocks = options.Clocks,
        };
    }

    /// <summary>What it publishes, in the order of the stream indices.</summary>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Everything about the neurons.</summary>
    public GroundTruth Truth { get; }

    /// <summary>The rig clock's reading at the simulated start, ns.</summary>
    public long StartNs { get; private set; }

    /// <summary>When the next sample is due, ns on the rig clock.</summary>
    public long NextDueNs => StartNs + Next().NextNs;

    /// <summary>Moves the start to <paramref name="startNs"/>; only before the first <see cref="Advance"/>.</summary>
    /// <exception cref="InvalidOperationException">The mouse has lived already.</exception>
    public void StartAt(long startNs)
    {
        if (Next().NextNs != 0)
            throw new InvalidOperationException("The digital mouse has started; its clock cannot be set again.");
        StartNs = startNs;
    }

    /// <summary>
    /// Publishes every sample that is due before <paramref name="untilNs"/> (rig clock), in time order. Nothing is allocated.
    /// </summary>
    /// <param name="untilNs">Up to here, exclusive.</param>
    /// <param name="output">Takes the samples.</param>
    /// <param name="stampHost">True: host time is the simulated time of delivery (faster than real time). False: the output stamps it.</param>
    public void Advance(long untilNs, IStreamOutput output, bool stampHost = true)
    {
        for (Sensor next = Next(); StartNs + next.NextNs < untilNs; next = Next())
            next.Act(_scene, StartNs, stampHost ? StartNs + next.NextNs : 0, output);
    }

    /// <summary>Plugs the encoder into its serial line, if it is on one and not plugged in yet: a program can open the port from then on.</summary>
    /// <exception cref="DeviceException">The line cannot be made, or another mouse has it.</exception>
    public void PlugInEncoder()
    {
        if (_encoderPort.Length > 0)
            _encoder.Line ??= new EncoderLine(_encoderPort);
    }

    /// <summary>Pulls the encoder out of its serial line.</summary>
    public void Dispose()
    {
        _encoder.Line?.Dispose();
        _encoder.Line = null;
    }

    private int Index(string stream) => Array.FindIndex([.. Streams], s => s.Name == stream);

    // The earliest; of equals the first listed, so that the mouse has seen before its camera is read.
    private Sensor Next()
    {
        Sensor earliest = _sensors[0];
        for (int sensor = 1; sensor < _sensors.Length; sensor++)
        {
            if (_sensors[sensor].NextNs < earliest.NextNs)
                earliest = _sensors[sensor];
        }
        return earliest;
    }
}
