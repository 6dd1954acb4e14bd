using System.Text.Json.Nodes;

namespace LoopRig.Inference;

/// <summary>
/// Shows stimuli as states of behaviour begin and end (running, a wide pupil). It looks at measured variables, not at predictions, so that it decides on bins with a
/// fallback too; a bin without a sample changes nothing.
/// </summary>
public sealed class BehaviourController(IReadOnlyList<BehaviourRule> rules) : IController
{
    private readonly BehaviourRule[] _rules = [.. rules];
    private readonly bool[] _in = new bool[rules.Count];
    private readonly long[] _sinceNs = [.. rules.Select(static _ => long.MaxValue)];
    private readonly long[] _entered = new long[rules.Count];
    private readonly long[] _left = new long[rules.Count];

    /// <inheritdoc/>
    public IReadOnlyList<string> Variables => [.. _rules.Select(static rule => rule.Variable)];

    /// <inheritdoc/>
    public void Use(IReadOnlyList<string> unitIds)
    {
        // Behaviour goes on whatever network predicts.
    }

    /// <inheritdoc/>
    public void Decide(in ControlBin bin, StimulusCommands commands)
    {
        var any = false;
        for (var i = 0; i < _rules.Length; i++)
        {
            if (!Changes(i, bin.Behaviour[i], bin.StartNs, bin.EndNs))
            {
                continue;
            }
            if ((_in[i] ? _rules[i].Enter : _rules[i].Leave) is not { } stimulus)
            {
                continue;
            }
            if (any)
            {
                commands.Queue(stimulus);
            }
            else
            {
                commands.Show(stimulus);
            }
            any = true;
        }
    }

    /// <inheritdoc/>
    public JsonObject Summarise() => new()
    {
        ["states"] = new JsonArray([.. _rules.Select((rule, i) => (JsonNode)new JsonObject { ["variable"] = rule.Variable, ["entered"] = _entered[i], ["left"] = _left[i] })]),
    };

    private bool Changes(int rule, float value, long startNs, long endNs)
    {
        var beyond = _in[rule] ? value < _rules[rule].LeaveBelow : value >= _rules[rule].Above;
        if (float.IsNaN(value))
        {
            return false;
        }
        if (!beyond)
        {
            _sinceNs[rule] = long.MaxValue;
            return false;
        }
        _sinceNs[rule] = Math.Min(_sinceNs[rule], startNs);
        if (endNs - _sinceNs[rule] < _rules[rule].HoldNs)
        {
            return false;
        }
        _in[rule] = !_in[rule];
        _sinceNs[rule] = long.MaxValue;
        (_in[rule] ? _entered : _left)[rule]++;
        return true;
    }
}
