namespace LoopRig.Synthesis;

/// <summary>What was found for one target. Frames are [C H W], row 0 at the top.</summary>
public sealed record SynthesisResult
{
    /// <summary>What was driven.</summary>
    public required SynthesisTarget Target { get; init; }

    /// <summary>The seed of the run.</summary>
    public required int Seed { get; init; }

    /// <summary>Channels, rows and columns of a frame.</summary>
    public required (int Channels, int Height, int Width) Size { get; init; }

    /// <summary>The stimulus in network units, one a frame; a still stimulus has one.</summary>
    public required float[][] Image { get; init; }

    /// <summary>The same in pixels of the monitor, 0 black and 1 white. Only a recipe that keeps the range keeps them in it.</summary>
    public required float[][] Pixels { get; init; }

    /// <summary>Response of the target to this stimulus, without the recipe's noise: weighted sum over units, mean over the frames that count.</summary>
    public required double Activation { get; init; }

    /// <summary>Response to each stimulus that was optimised, before they were combined.</summary>
    public required double[] SeedActivations { get; init; }

    /// <summary>What the vector inputs held, by name, in network units; optimised ones as they were found.</summary>
    public required IReadOnlyDictionary<string, float[]> Vectors { get; init; }

    /// <summary>Names of those that were optimised.</summary>
    public required IReadOnlyList<string> Optimised { get; init; }

    /// <summary>The learned alpha [H W]; null without one.</summary>
    public float[]? Alpha { get; init; }

    /// <summary>The log of each batch.</summary>
    public required IReadOnlyList<SynthesisStep[]> Logs { get; init; }

    /// <summary>Steps that were taken, the most of all batches.</summary>
    public int Steps => Logs.Max(static log => log.Length);
}
