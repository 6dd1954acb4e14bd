using LoopRig.Core;
using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>The body of a head-fixed mouse, moved in steps of 4 ms: it runs on its wheel, is more or less aroused, and its pupil shows that. Head and eye hold still.</summary>
internal sealed class HeadFixedBody(ulong seed)
{
    private readonly WheelRunner _wheel = new(new SeededRandom(seed, "wheel"));
    private readonly Arousal _arousal = new(new SeededRandom(seed, "arousal"));
    private double _distance;
    private long _timeNs;

    /// <summary>Mean light on the retina (0..1); the pupil reacts.</summary>
    public double Luminance { get; set; } = 0.4;

    /// <summary>The state so long after the start, to a step; times must not go back.</summary>
    public MouseState At(long timeNs)
    {
        for (; _timeNs < timeNs; _timeNs += Mouse.StepNs)
        {
            double before = _wheel.Speed;
            _wheel.Step(Mouse.StepNs / 1e9);
            _arousal.Step(Mouse.StepNs / 1e9, _wheel.Speed, Luminance);
            _distance += (before + _wheel.Speed) / 2 * (Mouse.StepNs / 1e9);
        }
        return new MouseState { Speed = _wheel.Speed, Distance = _distance, Arousal = _arousal.Level, PupilRadius = _arousal.PupilRadius, LidOpening = 1 };
    }
}
