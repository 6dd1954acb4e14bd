using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Models.Sensorium;
using LoopRig.Models.Xu;

namespace LoopRig.Rig.Configuration;

/// <summary>Loads the network that a configuration names.</summary>
public static class NetworkLoading
{
    /// <summary>Loads the network's file with what the configuration adds to it. The caller disposes the network.</summary>
    /// <exception cref="RigConfigException">The configuration gives statistics for an input or variable that the network does not have, or lacks those that neither it nor the file gives.</exception>
    /// <exception cref="LoopRigException">The file is damaged, or of no known network.</exception>
    public static INetwork Load(RigConfig rig, NetworkConfig config)
    {
        var options = new NetworkOptions
        {
            Kind = config.Kind switch { NetworkKind.Xu => XuSpec.KindName, NetworkKind.Sensorium2022 => Sensorium2022Spec.KindName, NetworkKind.Foundation => FoundationSpec.KindName, _ => null },
            Window = config.Window,
        };
        var network = NetworkFile.Load(config.File, options);
        var inputs = network.Inputs;
        try
        {
            RefuseMissingStatistics(rig, config, network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
        if (config.Normalization.Count == 0)
        {
            return network;
        }
        // Names of variables are in the file alone, so that it is read once to know them and once with the statistics.
        network.Dispose();
        return NetworkFile.Load(config.File, options with { Normalization = Statistics(rig, config, inputs) });
    }

    // The published Sensorium and foundation weights were trained on normalised inputs and do not say by what; with mean 0 and deviation 1 they would predict
    // nonsense, silently. Those trained here may divide an input by its deviation and leave its mean.
    private static void RefuseMissingStatistics(RigConfig rig, NetworkConfig config, INetwork network)
    {
        if (network.Kind is not (Sensorium2022Spec.KindName or FoundationSpec.KindName))
        {
            return;
        }
        var missing = network.Inputs
            .Where(i => i.Std.Length == 0 && i.Name != FoundationSpec.StimulusInput)
            .SelectMany(i => i.Kind == InputKind.Image ? [i.Name] : i.Variables)
            .Where(name => !config.Normalization.ContainsKey(name))
            .ToArray();
        if (missing.Length > 0)
        {
            throw new RigConfigException(rig.File, "network.normalization",
                $"{config.File} was trained on normalised inputs and does not hold their statistics: give mean and std of {string.Join(", ", missing)}");
        }
    }

    /// <summary>The configuration's statistics by input.</summary>
    /// <exception cref="RigConfigException">One is of no input and no variable.</exception>
    internal static Dictionary<string, Normalization> Statistics(RigConfig rig, NetworkConfig config, IReadOnlyList<InputSpec> inputs)
    {
        var known = inputs.SelectMany(i => i.Kind == InputKind.Image ? [i.Name] : i.Variables).ToArray();
        var unknown = config.Normalization.Keys.FirstOrDefault(name => !known.Contains(name));
        if (unknown is not null)
        {
            throw new RigConfigException(rig.File, $"network.normalization.{unknown}", $"the network has no such input or variable{Suggestion.For(unknown, known)}");
        }
        var statistics = new Dictionary<string, Normalization>();
        foreach (var input in inputs)
        {
            string[] names = input.Kind == InputKind.Image ? [input.Name] : input.Variables;
            if (!names.Any(config.Normalization.ContainsKey))
            {
                continue;
            }
            // What the configuration does not name keeps the file's value.
            float Value(int i, float[] ofFile, float neutral, Func<StatisticsConfig, double> given) =>
                config.Normalization.TryGetValue(names[i], out var s) ? (float)given(s) : ofFile.Length > i ? ofFile[i] : neutral;
            statistics[input.Name] = new Normalization
            {
                Mean = [.. names.Select((_, i) => Value(i, input.Mean, 0, s => s.Mean))],
                Std = [.. names.Select((_, i) => Value(i, input.Std, 1, s => s.Std))],
            };
        }
        return statistics;
    }
}
