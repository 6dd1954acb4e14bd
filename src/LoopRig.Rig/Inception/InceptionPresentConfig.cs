namespace LoopRig.Rig.Inception;

/// <summary>How the images and their controls are shown, with the trained network in the loop.</summary>
public sealed record InceptionPresentConfig
{
    /// <summary>How often each is shown; the order is drawn anew each time.</summary>
    public int Repeats { get; init; } = 6;

    /// <summary>How long each stays, s.</summary>
    public double Seconds { get; init; } = 0.3;

    /// <summary>Gray before each, s.</summary>
    public double BlankSeconds { get; init; } = 0.1;

    /// <summary>Natural images for each neuron: those of the pool that the network predicts the largest responses for.</summary>
    public int Naturals { get; init; } = 2;

    /// <summary>Gabors for each neuron, the same way.</summary>
    public int Gabors { get; init; } = 1;
}
