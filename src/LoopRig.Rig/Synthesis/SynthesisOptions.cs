namespace LoopRig.Rig.Synthesis;

/// <summary>What to synthesise, and where to put it.</summary>
internal sealed record SynthesisOptions
{
    /// <summary>The network's file.</summary>
    public required string Network { get; init; }

    /// <summary>Which neurons (<see cref="NeuronChoice"/>); null: the best 32, or as many as there are.</summary>
    public string? Neurons { get; init; }

    /// <summary>
    /// Natural pictures (<see cref="NaturalCrops"/>): the contrast is theirs, the best neurons are those that they drive most differently, and the results are compared with them. Null: neurons are named or
    /// chosen by recorded responses, the contrast is given, and nothing is compared.
    /// </summary>
    public string? Images { get; init; }

    /// <summary>A data or training config with recorded responses: the best neurons are those whose responses the network predicts best, on the validation part. Null: none.</summary>
    public string? Data { get; init; }

    /// <summary>The recipe's name.</summary>
    public string Preset { get; init; } = "inception2019";

    /// <summary>As many repeats as the recipe's publication used, in place of its default.</summary>
    public bool Published { get; init; }

    /// <summary>Steps of an ascent; null: the recipe's.</summary>
    public int? Steps { get; init; }

    /// <summary>Of starts, and of the choice of pictures.</summary>
    public int Seed { get; init; }

    /// <summary>Contrast at which inputs are shown: the standard deviation of an image's pixels, 0 black to 1 white; null: the median of natural crops.</summary>
    public double? Contrast { get; init; }

    /// <summary>The least exciting in place of the most exciting.</summary>
    public bool Least { get; init; }

    /// <summary>So many diverse inputs of each neuron beside the best; null: none.</summary>
    public int? Diverse { get; init; }

    /// <summary>Whether the best Gabor and centre-surround of each neuron are sought too.</summary>
    public bool Rivals { get; init; }

    /// <summary>Frames of a movie; 1: images.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Of movies: first frames whose responses do not count.</summary>
    public int BurnIn { get; init; }

    /// <summary>Of movies: frames a second, for the display.</summary>
    public double RateHz { get; init; } = 30;

    /// <summary>The folder that everything is written into.</summary>
    public required string Folder { get; init; }
}
