using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Neurons;

/// <summary>The behavioural signals that reach the cortex, each scaled to about zero mean and unit deviation.</summary>
public static class BehaviourSignals
{
    /// <summary>Their names, in the order of every weight vector. Arousal is hidden; the pupil shows it late and dimmed by light.</summary>
    public static IReadOnlyList<string> Names { get; } = ["run", "arousal", "pitch", "roll", "theta", "phi"];

    /// <summary>Writes the signals of <paramref name="mouse"/>.</summary>
    public static void Read(in MouseState mouse, Span<double> signals)
    {
        signals[0] = (mouse.Speed / (mouse.Speed + 6) - 0.3) / 0.3;
        signals[1] = mouse.Arousal / 0.75;
        signals[2] = (mouse.Pitch + 6) / 12;
        signals[3] = mouse.Roll / 8;
        signals[4] = mouse.Theta / 7;
        signals[5] = (mouse.Phi - 2) / 8;
    }
}
