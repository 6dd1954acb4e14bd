using System.Globalization;
using System.Text.Json.Nodes;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>The cells of a sweep, each once, in an order in which every cell comes after the one that it starts from.</summary>
public sealed class SweepPlan
{
    private readonly SweepConfig _config;
    private readonly Func<JsonObject, string?>? _dataVersion;
    private readonly OrderedDictionary<string, SweepCell> _cells = [];
    private readonly int _ofTables;

    /// <summary>Lays out the cells.</summary>
    /// <param name="config">The sweep.</param>
    /// <param name="folder">Where its cells lie.</param>
    /// <param name="dataVersion">Of a cell's data, what tells them from others of the same config: a cell of other data is another cell. Null, or null of some data: their config says all.</param>
    public SweepPlan(SweepConfig config, string folder, Func<JsonObject, string?>? dataVersion = null)
    {
        _config = config;
        _dataVersion = dataVersion;
        Folder = folder;
        foreach (SweepArm arm in config.Tables.SelectMany(static table => table.Arms))
            foreach (string animal in config.Animals.Keys)
                foreach (int seed in config.Seeds)
                    Of(arm, animal, seed);
        _ofTables = _cells.Count;
        if (config.LearningCurve is { } curve)
        {
            foreach (int seed in config.Seeds)
                Core(curve, seed);
            foreach (double minutes in curve.Minutes)
            {
                foreach (int seed in config.Seeds)
                {
                    Curve(curve, minutes, seed, transfer: false);
                    Curve(curve, minutes, seed, transfer: true);
                }
            }
        }
    }

    /// <summary>Where the cells lie.</summary>
    public string Folder { get; }

    /// <summary>The cells.</summary>
    public IReadOnlyList<SweepCell> Cells => [.. _cells.Values];

    /// <summary>Those of them that the tables hold.</summary>
    public IReadOnlyList<SweepCell> TableCells => [.. _cells.Values.Take(_ofTables)];

    /// <summary>Where a cell lies.</summary>
    public string FolderOf(SweepCell cell) => Path.Combine(Folder, "cells", cell.Folder);

    /// <summary>The cell of a table.</summary>
    public SweepCell Of(SweepArm arm, string animal, int seed)
    {
        // Floors have no shifter: one cell stands in both columns.
        if ((string?)_config.Networks[arm.Network].Network["kind"] == LinearRecipe.KindName)
            arm = arm with { Shifter = null };
        return Add($"{arm.Name}-{animal}-seed{seed}", Config(arm, _config.Animals[animal], [], seed));
    }

    /// <summary>The cell that trains the core of a learning curve.</summary>
    public SweepCell Core(LearningCurveConfig curve, int seed) => Add($"core-{Arm(curve).Name}-seed{seed}", Config(Arm(curve), curve.CoreAnimals, curve.CoreTraining, seed));

    /// <summary>A cell of a learning curve.</summary>
    public SweepCell Curve(LearningCurveConfig curve, double minutes, int seed, bool transfer)
    {
        var data = curve.NewAnimal.DeepClone().AsObject();
        data["trainMinutes"] = minutes;
        JsonObject config = Config(Arm(curve), data, curve.NewTraining, seed);
        SweepCell? core = transfer ? Core(curve, seed) : null;
        if (core is not null)
        {
            config["transfer"] = new JsonObject
            {
                ["from"] = $"../{core.Folder}/best",     // relative, so that the sweep's folder may move
                ["keep"] = curve.Freeze.Length == 0 ? null : new JsonArray([.. curve.Freeze.Select(static prefix => (JsonNode)prefix)]),
            };
        }
        return Add(string.Create(CultureInfo.InvariantCulture, $"{(transfer ? "transfer" : "scratch")}-{minutes}min-seed{seed}"), config, core);
    }

    private static SweepArm Arm(LearningCurveConfig curve) => new() { Network = curve.Network, Behaviour = curve.Behaviour, K = curve.K };

    private JsonObject Config(SweepArm arm, JsonObject data, JsonObject training, int seed)
    {
        SweepNetwork network = _config.Networks[arm.Network];
        var recipe = network.Network.DeepClone().AsObject();
        if (arm.Behaviour is not null)
            recipe["behaviour"] = arm.Behaviour;
        if (arm.K is not null)
            recipe["window"] = arm.K;
        if (arm.Shifter is not null)
            recipe["shifter"] = arm.Shifter;
        return new JsonObject
        {
            ["network"] = recipe,
            ["data"] = data.DeepClone(),
            ["training"] = Merged(_config.Training, network.Training, training),
            ["seed"] = seed,
        };
    }

    private static JsonObject Merged(params JsonObject[] objects)
    {
        var merged = new JsonObject();
        foreach ((string key, JsonNode? value) in objects.SelectMany(static one => one))
            merged[key] = value?.DeepClone();
        return merged;
    }

    private SweepCell Add(string name, JsonObject config, SweepCell? after = null)
    {
        if (_cells.TryGetValue(name, out SweepCell? there))
            return there;
        var cell = new SweepCell(name, config, after, _dataVersion?.Invoke(config["data"]!.AsObject()));
        _cells.Add(name, cell);
        return cell;
    }
}
