namespace LoopRig.Rig.Configuration;

/// <summary>The network and where its inputs come from.</summary>
public sealed class NetworkConfig
{
    /// <summary>A LoopRig .safetensors, or a published .pth or .pt state dict; relative to this file.</summary>
    [InputFile(UnlessGiven = [nameof(UntrainedIfMissing), nameof(TrainIfMissing)])]
    public required string File { get; init; }

    /// <summary>What stands in when the file is not there yet: a new network with random weights, said loudly everywhere. Absent: a missing file is an error.</summary>
    public UntrainedKind? UntrainedIfMissing { get; init; }

    /// <summary>A training config whose network is trained first when the file is not there yet, and becomes it: it must be of one session.</summary>
    [InputFile]
    public string? TrainIfMissing { get; init; }

    /// <summary>What the file holds, where it does not say so itself (state dicts do not).</summary>
    public NetworkKind Kind { get; init; } = NetworkKind.Auto;

    /// <summary>Frames that a Xu network of published weights sees (k), which they do not tell.</summary>
    [Range(1, 64)]
    public int? Window { get; init; }

    /// <summary>Where it runs: cpu or cuda:N.</summary>
    [Pattern("cpu|cuda:[0-9]+", "cpu or cuda:N")]
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of libtorch; one is often best, because two share the cores with the rest of the loop.</summary>
    [Range(1, 256)]
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Statistics that are not in the file, by input name (image) or variable name (eyerad, eyerad' ...): the network gets (x - mean) / std. Images in 0..1.
    /// </summary>
    public Dictionary<string, StatisticsConfig> Normalization { get; init; } = [];

    /// <summary>
    /// Where an input comes from when its own name does not find it: input name (image) to STREAM, variable name to STREAM.CHANNEL.
    /// </summary>
    public Dictionary<string, string> Inputs { get; init; } = [];
}

/// <summary>What a network file holds.</summary>
public enum NetworkKind
{
    /// <summary>The file says it.</summary>
    Auto,
    /// <summary>Xu et al. 2023.</summary>
    Xu,
    /// <summary>The Sensorium 2022 baseline.</summary>
    Sensorium2022,
    /// <summary>The foundation network of Wang et al. 2025; a session's file finds params_core beside it.</summary>
    Foundation,
}

/// <summary>A network with random weights.</summary>
public enum UntrainedKind
{
    /// <summary>The Xu network of published size: shifter, 66 behaviour inputs, GRU_1, a unit for each unit of the rig's activity.</summary>
    Xu,
    /// <summary>A foundation network of reduced size: the smallest grey image (or what inputs.stimulus names) as the stimulus, retina 64x96, 2 streams of 16, 32 and 64 channels, 64 recurrent ones, 100 units.</summary>
    Foundation,
}

/// <summary>Mean and standard deviation of one input.</summary>
public sealed class StatisticsConfig
{
    /// <summary>Subtracted, in the input's unit.</summary>
    [Range(-1e9, 1e9)]
    public required double Mean { get; init; }

    /// <summary>Divided by, in the input's unit.</summary>
    [Range(1e-9, 1e9)]
    public required double Std { get; init; }
}
