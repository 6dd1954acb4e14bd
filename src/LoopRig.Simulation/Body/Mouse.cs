using LoopRig.Core;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Body;

/// <summary>The animal's body, moved in steps of 4 ms; between two steps every quantity is interpolated.</summary>
internal sealed class Mouse
{
    /// <summary>Length of a step, ns.</summary>
    public const long StepNs = 4_000_000;
    private const double StepS = StepNs / 1e9;

    private readonly Explorer _explorer;
    private readonly Head _head;
    private readonly Eye _eye;
    private readonly Arousal _arousal;
    private readonly Blinks _blinks;
    private MouseState _before, _now;
    private double _distance;
    private long _timeNs;

    public Mouse(Arena arena, ulong seed)
    {
        _explorer = new Explorer(arena, new SeededRandom(seed, "explorer"));
        _head = new Head(new SeededRandom(seed, "head"));
        _eye = new Eye(new SeededRandom(seed, "eye"));
        _arousal = new Arousal(new SeededRandom(seed, "arousal"));
        _blinks = new Blinks(new SeededRandom(seed, "blinks"));
        _before = _now = Read();
    }

    /// <summary>Mean luminance on the retina (0..1), given back by whoever renders it; the pupil reacts.</summary>
    public double Luminance { get; set; } = 0.4;

    /// <summary>Saccades since the start.</summary>
    public int Saccades => _eye.Saccades;

    /// <summary>
    /// The state at <paramref name="timeNs"/> since the start; steps the body as far as needed. Times must not go back by more than one step.
    /// </summary>
    public MouseState At(long timeNs)
    {
        while (_timeNs < timeNs)
            Step();
        return MouseState.Between(_before, _now, 1 - (_timeNs - timeNs) / (double)StepNs);
    }

    private void Step()
    {
        _explorer.Step(StepS);
        _head.Step(StepS, _explorer.Speed);
        double yaw = _explorer.Heading + _head.Yaw;
        _eye.Step(StepS, (yaw - _now.Yaw) / StepS, _head.Pitch, _head.Roll);
        _arousal.Step(StepS, _explorer.Speed, Luminance);
        _blinks.Step(StepS);
        // The way of a speed that is interpolated between the steps.
        _distance += (_now.Speed + Math.Max(0, _explorer.Speed)) / 2 * StepS;
        _before = _now;
        _now = Read();
        _timeNs += StepNs;
    }

    private MouseState Read() => new()
    {
        X = _explorer.X,
        Y = _explorer.Y,
        Speed = Math.Max(0, _explorer.Speed),
        Heading = _explorer.Heading,
        Distance = _distance,
        LiftRate = _head.LiftRate,
        Yaw = _explorer.Heading + _head.Yaw,
        Pitch = _head.Pitch,
        Roll = _head.Roll,
        Theta = _eye.Theta,
        Phi = _eye.Phi,
        Torsion = _eye.Torsion,
        LidOpening = _blinks.Opening,
        Arousal = _arousal.Level,
        PupilRadius = _arousal.PupilRadius,
    };
}
