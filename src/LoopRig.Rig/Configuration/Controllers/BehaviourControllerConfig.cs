namespace LoopRig.Rig.Configuration;

/// <summary>Shows stimuli as states of behaviour begin and end.</summary>
public sealed class BehaviourControllerConfig : ControllerConfig
{
    /// <summary>The states.</summary>
    [Items(1, 64)]
    public required BehaviourStateConfig[] States { get; init; }

    internal override IEnumerable<(string Key, string Stimulus)> Stimuli => States.SelectMany((state, i) =>
        new[] { ($"controller.states[{i}].enter", state.Enter), ($"controller.states[{i}].leave", state.Leave) }.Where(static s => s.Item2 is not null).Select(static s => (s.Item1, s.Item2!)));

    internal override IEnumerable<(string Key, string Unit)> Units => [];

    internal override IEnumerable<(string Key, string Variable)> Variables => States.Select((state, i) => ($"controller.states[{i}].variable", state.Variable));
}
