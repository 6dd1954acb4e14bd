using LoopRig.Core;
using LoopRig.Simulation.Neurons;
using LoopRig.Simulation.Sensors;

namespace LoopRig.Simulation;

/// <summary>
/// A mouse that explores a textured arena, with a worldcam, eye tracker, IMU and treadmill on it and a recorded, fully known visual cortex in it.
/// It lives on a simulated clock: <see cref="Advance"/> moves that clock and hands every sample over in the order in which hardware would deliver them.
/// </summary>
public sealed class DigitalMouse
{
    private readonly Scene _scene;
    private readonly Sensor[] _sensors;

    /// <summary>Builds the arena, the animal and the calibrated cortex of <paramref name="options"/>; takes a second or two.</summary>
    /// <param name="options">What to simulate.</param>
    /// <param name="startNs">The rig clock's reading at the simulated start. A multiple of 48 ms keeps the spike bins on the aligner's grid.</param>
    /// <exception cref="RigConfigException">An option is out of range.</exception>
    public DigitalMouse(MouseOptions options, long startNs = 0)
    {
        options.Validate();
        StartNs = startNs;
        _scene = new Scene(options);
        Streams = MouseStreams.Describe(options, _scene.Cortex.Units);
        var array = new ElectrodeArray(4, options);
        _sensors =
        [
            new CortexClock(array), new Worldcam(0, options, _scene.Arena), new EyeTracker(1, options), new Imu(2, options), new Treadmill(3, options), array,
        ];
        Truth = new GroundTruth
        {
            Seed = options.Seed,
            Session = options.Session,
            BinNs = Cortex.BinNs,
            Model = "expected count = ratePerDrive x max(0, drive x gain + offset) x exp(-suppression x recent spikes) x bin; counts are Poisson draws",
            BehaviourSignals = BehaviourSignals.Names,
            Units = _scene.Cortex.Units,
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
