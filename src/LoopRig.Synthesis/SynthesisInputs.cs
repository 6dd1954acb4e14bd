namespace LoopRig.Synthesis;

/// <summary>What the network is shown: which input is optimised and what the others hold.</summary>
public sealed record SynthesisInputs
{
    /// <summary>Name of the image input that is optimised; null: the network's first.</summary>
    public string? Optimised { get; init; }

    /// <summary>Values of vector inputs by name, in network units (normalised). A vector input that is absent is zero (the mean of normalised data), or optimised where the preset says so.</summary>
    public IReadOnlyDictionary<string, float[]> Fixed { get; init; } = new Dictionary<string, float[]>();

    /// <summary>Vector inputs that are optimised with the stimulus, from their <see cref="Fixed"/> value; null: as the preset says, but none that is fixed. The Xu network's "shifter" never is unless it is named.</summary>
    public IReadOnlyList<string>? Jointly { get; init; }

    /// <summary>Frames of the stimulus; 1 is an image. A network that sees windows of k frames needs k, or a still image.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>First frames whose responses do not count; they are optimised all the same.</summary>
    public int BurnIn { get; init; }

    /// <summary>One image, shown in every frame: it is what is optimised.</summary>
    public bool Still { get; init; }

    /// <summary>How pixels 0..1 of the monitor become network units, (pixel - mean) / std; null: as the network's file says. Published weights often do not say.</summary>
    public (double Mean, double Std)? Pixels { get; init; }

    /// <summary>[H W], 0..1: where the stimulus shows; elsewhere the monitor is grey. Null: everywhere.</summary>
    public float[]? Mask { get; init; }

    /// <summary>Pixel of that grey, about which norms are taken too; null: the mean of <see cref="Pixels"/>, or 0.5 where that is 0.</summary>
    public double? Grey { get; init; }

    /// <summary>Backgrounds for a learned alpha, each [C H W] in pixels; empty: noise with a 1/f spectrum.</summary>
    public IReadOnlyList<float[]> Backgrounds { get; init; } = [];

    /// <summary>What is optimised starts from these, in pixels, [frames][C H W], instead of noise; null: noise.</summary>
    public IReadOnlyList<float[]>? Start { get; init; }

    /// <summary>Whether the stimulus stays as it starts, so that the vector inputs alone are optimised: the behaviour that drives a unit most before a given stimulus.</summary>
    public bool HoldsStimulus { get; init; }
}
