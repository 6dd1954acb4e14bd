using LoopRig.Core;
using LoopRig.Inference;

namespace LoopRig.Rig.Configuration;

/// <summary>What a controller names must be there: display and stimuli by the configuration alone, units and channels once network and streams are known.</summary>
internal static class ControllerCheck
{
    /// <summary>Checks a configuration by itself.</summary>
    /// <exception cref="RigConfigException">There is no such display or stimulus, or no network; the key is named.</exception>
    public static void Check(RigConfig config)
    {
        if (config.Controller is not { } controller)
        {
            return;
        }
        var display = DisplayOf(config, controller);
        if (Array.FindIndex(config.Adapters, static a => a.Name == ControlLoop.StreamName) is >= 0 and var named)
        {
            throw new RigConfigException(config.File, $"adapters[{named}].name", $"'{ControlLoop.StreamName}' is the stream of the controller's decisions: give the adapter another name");
        }
        if (config.Network is null)
        {
            throw new RigConfigException(config.File, "controller", "there is no network (key network): a controller decides once a prediction");
        }
        foreach (var (key, stimulus) in controller.Stimuli)
        {
            if ((stimulus != ControllerConfig.Gray || controller is NextBestControllerConfig) && !display.Stimuli.ContainsKey(stimulus))
            {
                throw new RigConfigException(config.File, key, $"display {display.Name} has no stimulus '{stimulus}'{Suggestion.For(stimulus, [.. display.Stimuli.Keys, ControllerConfig.Gray])}");
            }
        }
        if (controller is NextBestControllerConfig { Candidates.Length: 0 } && display.Stimuli.Count == 0)
        {
            throw new RigConfigException(config.File, "controller.candidates", $"display {display.Name} has no stimuli");
        }
        if (controller is NextBestControllerConfig && display.Repeat)
        {
            throw new RigConfigException(config.File, $"adapters[{Array.IndexOf(config.Adapters, display)}].repeat", $"the controller next-best asks when the screen is gray again, and display {display.Name} begins every stimulus anew: leave repeat out");
        }
        if (controller is ThresholdControllerConfig threshold)
        {
            CheckLevels(config.File, "rules", threshold.Rules.Select(static r => (r.Above, r.RearmBelow)), "rearmBelow");
        }
        else if (controller is BehaviourControllerConfig behaviour)
        {
            CheckLevels(config.File, "states", behaviour.States.Select(static s => (s.Above, s.LeaveBelow)), "leaveBelow");
        }
    }

    /// <summary>The display that a controller commands.</summary>
    /// <exception cref="RigConfigException">There is none, more than one and no name, or it runs elsewhere.</exception>
    public static DisplayConfig DisplayOf(RigConfig config, ControllerConfig controller)
    {
        var displays = config.Adapters.OfType<DisplayConfig>().ToArray();
        var names = displays.Select(static d => d.Name).ToArray();
        var display = controller.Display is null
            ? displays.Length == 1 ? displays[0]
                : throw new RigConfigException(config.File, "controller.display", displays.Length == 0 ? "the rig has no display (an adapter of kind display)" : $"the rig has {displays.Length} displays, name one: {string.Join(", ", names)}")
            : Array.Find(displays, d => d.Name == controller.Display)
                ?? throw new RigConfigException(config.File, "controller.display", displays.Length == 0 ? "the rig has no display (an adapter of kind display)" : $"there is no display '{controller.Display}'{Suggestion.For(controller.Display, names)}");
        return display.Process == AdapterProcess.Server ? display
            : throw new RigConfigException(config.File, "controller.display", $"display {display.Name} runs in a process of its own (process: alone): a controller commands one of the rig's own process");
    }

    /// <summary>Checks the units that a controller names.</summary>
    /// <exception cref="RigConfigException">The network has no such unit.</exception>
    public static void CheckUnits(RigConfig config, IReadOnlyList<string> unitIds)
    {
        foreach (var (key, unit) in config.Controller?.Units ?? [])
        {
            try
            {
                UnitIndex.Find([unit], unitIds);
            }
            catch (NetworkException e)
            {
                throw new RigConfigException(config.File, key, e.Message);
            }
        }
    }

    /// <summary>Checks the channels that a controller looks at.</summary>
    /// <exception cref="RigConfigException">No stream of the rig has such a channel.</exception>
    public static void CheckVariables(RigConfig config, IReadOnlyList<StreamDescriptor> streams)
    {
        var known = streams.Where(static s => s.Kind == StreamKind.Vector).SelectMany(static s => s.Channels.Select(c => $"{s.Name}.{c}")).ToArray();
        foreach (var (key, variable) in config.Controller?.Variables ?? [])
        {
            if (!known.Contains(variable))
            {
                throw new RigConfigException(config.File, key, $"no stream has a channel '{variable}'{Suggestion.For(variable, known)}");
            }
        }
    }

    private static void CheckLevels(string file, string list, IEnumerable<(double Above, double? Below)> levels, string lower)
    {
        foreach (var (i, (above, below)) in levels.Index())
        {
            if (below > above)
            {
                throw new RigConfigException(file, FormattableString.Invariant($"controller.{list}[{i}].{lower}"), FormattableString.Invariant($"{below} lies over above ({above})"));
            }
        }
    }
}
