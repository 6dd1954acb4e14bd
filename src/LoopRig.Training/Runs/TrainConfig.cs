using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>What <c>looprig train</c> is asked for: network, data and how.</summary>
public sealed record TrainConfig
{
    /// <summary>The network.</summary>
    public required NetworkRecipe Network { get; init; }

    /// <summary>Where data come from and how they are split.</summary>
    public required DataConfig Data { get; init; }

    /// <summary>How it is trained.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>What it takes over from a trained network; null: all is drawn anew.</summary>
    public TransferConfig? Transfer { get; init; }

    /// <summary>Decides new weights, the order of the samples and every other chance.</summary>
    public int Seed { get; init; }

    /// <summary>The run's folder, relative to the config; null: one under "runs" of the checkout, named as the config; sweeps and evaluations have folders of their own under "sessions".</summary>
    public string? Output { get; init; }

    /// <summary>Whether the test data are opened at the end; choose on validation alone and open them once.</summary>
    public bool Test { get; init; } = true;

    /// <summary>What ridge regression sees that is fitted to the same data and tested beside the networks; null: no floor.</summary>
    public ImageFeatures? Floor { get; init; }

    /// <summary>Folders of other runs on the same data that the test compares with.</summary>
    public string[] CompareWith { get; init; } = [];

    /// <summary>Whether training begins anew where the folder holds a checkpoint, which is removed. No part of the file.</summary>
    [JsonIgnore]
    public bool Fresh { get; init; }

    /// <summary>Where networks are trained and tested. No part of the file: a checkpoint of one device is gone on from on another.</summary>
    [JsonIgnore]
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>Reads a config; its paths become absolute.</summary>
    /// <exception cref="RigConfigException">A key is unknown, missing or out of its range.</exception>
    /// <exception cref="NotReadyException">It names ${LOOPRIG_DATA} and there is no such folder.</exception>
    public static TrainConfig Load(string path)
    {
        TrainConfig config = ConfigJson.Read<TrainConfig>(path).WithPaths(text => ConfigJson.Absolute(text, path));
        config.Check(path);
        return config;
    }

    /// <summary>The same with every path made absolute.</summary>
    /// <param name="absolute">Gives the absolute form of a path.</param>
    public TrainConfig WithPaths(Func<string, string> absolute) => this with
    {
        Network = Network.WithPaths(absolute),
        Data = Data.WithPaths(absolute),
        Transfer = Transfer is null ? null : Transfer with { From = absolute(Transfer.From) },
        Output = Output is null ? null : absolute(Output),
        CompareWith = [.. CompareWith.Select(absolute)],
    };

    /// <summary>Checks the numbers.</summary>
    /// <param name="source">What the config is called in the error.</param>
    /// <exception cref="RigConfigException">One is out of its range; its key is named.</exception>
    public void Check(string source)
    {
        if (Training.Fault() is { } fault)
            throw new RigConfigException(source, $"training.{fault.Key}", fault.Fault);
        try
        {
            Network.Check();
        }
        catch (NetworkException error)
        {
            throw new RigConfigException(source, "network", error.Message);
        }
        if (Transfer is { } transfer && !File.Exists(transfer.From))
            throw new RigConfigException(source, "transfer.from", $"there is no file {transfer.From}");
    }

    /// <summary>Everything that decides what training comes to: neither where it is written, nor how often, nor whether it is tested.</summary>
    internal JsonObject Determining()
    {
        JsonObject json = ConfigJson.Write(this);
        foreach (string key in (string[])["output", "test", "floor", "compareWith"])
            json.Remove(key);
        foreach (string key in (string[])["checkpointSeconds", "checkpointSteps"])
            json["training"]!.AsObject().Remove(key);
        // Checkpoints from before there was a choice stay what they are.
        if (Training.Precision == Precision.Full)
            json["training"]!.AsObject().Remove("precision");
        return json;
    }
}
