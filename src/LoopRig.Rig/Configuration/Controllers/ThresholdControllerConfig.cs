using LoopRig.Stimulus.Live;

namespace LoopRig.Rig.Configuration;

/// <summary>Shows a stimulus when predicted activity rises over a threshold.</summary>
public sealed class ThresholdControllerConfig : ControllerConfig
{
    /// <summary>The thresholds. When several are crossed in one bin their stimuli follow each other in this order.</summary>
    [Items(1, 256)]
    public required ThresholdRuleConfig[] Rules { get; init; }

    /// <summary>What becomes of what is shown: latest (it ends at once) or queued (it ends by itself first).</summary>
    public CommandPolicy Policy { get; init; } = CommandPolicy.Latest;

    /// <summary>What is shown after the stimuli of a crossing; absent: gray, or what the display repeats.</summary>
    public string? Then { get; init; }

    internal override IEnumerable<(string Key, string Stimulus)> Stimuli =>
        [.. Rules.Select((rule, i) => ($"controller.rules[{i}].stimulus", rule.Stimulus)), .. Then is null ? [] : new[] { ("controller.then", Then) }];

    internal override IEnumerable<(string Key, string Unit)> Units => Rules.SelectMany((rule, i) => rule.Units.Select((unit, j) => ($"controller.rules[{i}].units[{j}]", unit)));

    internal override IEnumerable<(string Key, string Variable)> Variables => [];
}
