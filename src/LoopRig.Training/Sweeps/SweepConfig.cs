using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// What `looprig sweep` runs: a grid of networks, behaviour sets, windows k, seeds and animals, laid out in tables; comparisons between its rows; and a
/// learning curve with and without a transferred core. Every combination is one training, a cell, whatever number of tables it stands in.
/// </summary>
public sealed record SweepConfig
{
    /// <summary>Headline of the report.</summary>
    public required string Title { get; init; }

    /// <summary>What a reader should know: what is reduced, what is simulated.</summary>
    public string[] Notes { get; init; } = [];

    /// <summary>The networks by the name that the tables use.</summary>
    public required Dictionary<string, SweepNetwork> Networks { get; init; }

    /// <summary>The data by the animal's name: a "data" object of a training config each.</summary>
    public required Dictionary<string, JsonObject> Animals { get; init; }

    /// <summary>The "training" object of every cell's training config.</summary>
    public JsonObject Training { get; init; } = [];

    /// <summary>Seeds; a table's scores are means over them.</summary>
    public int[] Seeds { get; init; } = [0];

    /// <summary>The score that tables and comparisons are about.</summary>
    public ScoreKind Score { get; init; } = ScoreKind.Boxcar;

    /// <summary>The tables.</summary>
    public SweepTable[] Tables { get; init; } = [];

    /// <summary>What is claimed about rows of the tables.</summary>
    public SweepComparison[] Comparisons { get; init; } = [];

    /// <summary>How prediction grows with the data of a new animal; null: not asked for.</summary>
    public LearningCurveConfig? LearningCurve { get; init; }

    /// <summary>What the most exciting images of the tables' networks must be like; null: none are synthesised.</summary>
    public ReceptiveFieldsConfig? ReceptiveFields { get; init; }

    /// <summary>Cells that run at a time, one thread each; 0 is one a processor.</summary>
    public int Workers { get; init; }

    /// <summary>Checks what no key can say alone.</summary>
    /// <param name="source">What the config is called in the error.</param>
    /// <exception cref="RigConfigException">A name is of nothing, or a number is out of its range.</exception>
    public void Check(string source)
    {
        void Require(bool holds, string key, string fault)
        {
            if (!holds)
                throw new RigConfigException(source, key, fault);
        }
        foreach (string name in Networks.Where(static pair => pair.Value is null).Select(static pair => pair.Key))
            Require(false, $"networks.{name}", "null has no meaning here");
        foreach (string name in Animals.Where(static pair => pair.Value is null).Select(static pair => pair.Key))
            Require(false, $"animals.{name}", "null has no meaning here");
        Require(Seeds.Length > 0 && Seeds.Distinct().Count() == Seeds.Length, "seeds", "names no seed, or one twice");
        Require(Tables.Length > 0 || LearningCurve is not null, "tables", "there is neither a table nor a learning curve");
        Require(Tables.Length == 0 || Animals.Count > 0, "animals", "there is no animal for the tables");
        for (int table = 0; table < Tables.Length; table++)
        {
            Require(Tables[table].Rows.Any(), $"tables[{table}].networks", "names no network, and there is nothing in also");
            foreach (string network in Tables[table].Arms.Select(static arm => arm.Network))
                Require(Networks.ContainsKey(network), $"tables[{table}].networks", $"'{network}' is no network of this sweep; there are {string.Join(", ", Networks.Keys)}");
        }
        SweepArm[] arms = [.. Tables.SelectMany(static table => table.Arms)];
        for (int comparison = 0; comparison < Comparisons.Length; comparison++)
        {
            foreach ((string key, SweepArm arm) in new[] { ("better", Comparisons[comparison].Better), ("than", Comparisons[comparison].Than) })
                Require(arms.Contains(arm), $"comparisons[{comparison}].{key}", $"no table holds {arm.Name}");
        }
        if (ReceptiveFields is { } fields)
        {
            Require(Tables.Length > 0, "receptiveFields", "needs a table, whose networks the images are made for");
            Require(fields.Contrast is > 0 and <= 0.5, "receptiveFields.contrast", $"{fields.Contrast} is not above 0 and at most 0.5");
            Require(fields.Steps is null or >= 1, "receptiveFields.steps", $"{fields.Steps} is less than 1");
        }
        if (LearningCurve is { } curve)
        {
            Require(Networks.ContainsKey(curve.Network), "learningCurve.network", $"'{curve.Network}' is no network of this sweep");
            Require(curve.Minutes.Length > 1 && curve.Minutes.All(static minutes => minutes > 0), "learningCurve.minutes", "at least two lengths above 0 are needed");
            Require(curve.Minutes.Contains(curve.ScratchMinutes) && curve.Minutes.Contains(curve.TransferMinutes), "learningCurve.scratchMinutes", "scratchMinutes and transferMinutes must be among the minutes");
        }
    }
}

/// <summary>A network of a sweep.</summary>
public sealed record SweepNetwork
{
    /// <summary>What tables call it; null: its name.</summary>
    public string? Label { get; init; }

    /// <summary>The "network" object of a training config: a recipe.</summary>
    public required JsonObject Network { get; init; }

    /// <summary>Keys of "training" that differ from the sweep's for this network.</summary>
    public JsonObject Training { get; init; } = [];
}
