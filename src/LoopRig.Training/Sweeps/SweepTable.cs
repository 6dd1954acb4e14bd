namespace LoopRig.Training;

/// <summary>
/// One table: a row for each combination of network, behaviour set and window, a column for each animal. With two values of <see cref="Shifter"/> each animal
/// has two columns, as in the paper's first table. An axis that is left out leaves the recipe as it is.
/// </summary>
public sealed record SweepTable
{
    /// <summary>Above the table.</summary>
    public required string Title { get; init; }

    /// <summary>Names of networks.</summary>
    public string[] Networks { get; init; } = [];

    /// <summary>Values of the recipe's "behaviour": "none", "S", "B", "BDx" ...</summary>
    public string[]? Behaviour { get; init; }

    /// <summary>Values of the recipe's "window": frames of the recurrent layer.</summary>
    public int[]? K { get; init; }

    /// <summary>Values of the recipe's "shifter".</summary>
    public bool[]? Shifter { get; init; }

    /// <summary>Rows behind those of the combinations.</summary>
    public SweepArm[] Also { get; init; } = [];

    /// <summary>The rows.</summary>
    internal IEnumerable<SweepRow> Rows => [.. Combinations, .. Also.Select(Row)];

    private IEnumerable<SweepRow> Combinations =>
        from network in Networks
        from behaviour in Behaviour?.Select(static set => (string?)set) ?? [null]
        from k in K?.Select(static k => (int?)k) ?? [null]
        select Row(new SweepArm { Network = network, Behaviour = behaviour, K = k });

    private SweepRow Row(SweepArm arm) => new(Shifter is null ? [arm] : [.. Shifter.Select(shifter => arm with { Shifter = shifter })]);

    /// <summary>Everything that the table trains for each animal and seed.</summary>
    internal IEnumerable<SweepArm> Arms => Rows.SelectMany(static row => row.Arms);
}

/// <summary>A row: one arm, or one for each value of the shifter.</summary>
internal sealed record SweepRow(SweepArm[] Arms);

/// <summary>One way to train: a network with the values of the axes.</summary>
public sealed record SweepArm
{
    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Its behaviour set; null: as in the recipe.</summary>
    public string? Behaviour { get; init; }

    /// <summary>Its window; null: as in the recipe.</summary>
    public int? K { get; init; }

    /// <summary>Whether it has a shifter; null: as in the recipe.</summary>
    public bool? Shifter { get; init; }

    /// <summary>The same in words that suit a folder.</summary>
    internal string Name => Network + (Behaviour is null ? "" : $"-{Behaviour}") + (K is null ? "" : $"-k{K}") + (Shifter is null ? "" : Shifter.Value ? "-shifter" : "-noshifter");
}

/// <summary>A claim: one arm predicts better than another.</summary>
public sealed record SweepComparison
{
    /// <summary>The one that should be better.</summary>
    public required SweepArm Better { get; init; }

    /// <summary>The other.</summary>
    public required SweepArm Than { get; init; }

    /// <summary>The mean difference must be positive with both tests, paired over the units of all animals, below this.</summary>
    public double P { get; init; } = 0.01;
}

/// <summary>How prediction of a new animal grows with its data, from scratch and with a frozen core that others trained.</summary>
public sealed record LearningCurveConfig
{
    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Its behaviour set; null: as in the recipe.</summary>
    public string? Behaviour { get; init; }

    /// <summary>Its window; null: as in the recipe.</summary>
    public int? K { get; init; }

    /// <summary>The data of the animals that train the core together.</summary>
    public required System.Text.Json.Nodes.JsonObject CoreAnimals { get; init; }

    /// <summary>The data of the new animal.</summary>
    public required System.Text.Json.Nodes.JsonObject NewAnimal { get; init; }

    /// <summary>Keys of "training" that differ from the sweep's while the core is trained.</summary>
    public System.Text.Json.Nodes.JsonObject CoreTraining { get; init; } = [];

    /// <summary>Keys of "training" that differ from the sweep's for the new animal, with and without the core.</summary>
    public System.Text.Json.Nodes.JsonObject NewTraining { get; init; } = [];

    /// <summary>Lengths of the new animal's training part, min: fitting and validation together.</summary>
    public required double[] Minutes { get; init; }

    /// <summary>Beginnings of the names of the parameters that are taken over and frozen; empty: the recipe's core.</summary>
    public string[] Freeze { get; init; } = [];

    /// <summary>The from-scratch value of so many minutes ...</summary>
    public double ScratchMinutes { get; init; } = 4;

    /// <summary>... is to be reached with so many by transfer.</summary>
    public double TransferMinutes { get; init; } = 2;
}
