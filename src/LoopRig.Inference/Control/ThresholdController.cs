using System.Text.Json.Nodes;

namespace LoopRig.Inference;

/// <summary>
/// Shows a stimulus when predicted activity rises over a threshold. What is above from the beginning has not crossed: it must be below first. When several rules are
/// crossed in one bin their stimuli follow each other in the rules' order.
/// </summary>
public sealed class ThresholdController : IController
{
    private readonly ThresholdRule[] _rules;
    private readonly int[][] _units;
    private readonly bool[] _armed;
    private readonly long[] _lastNs, _crossings, _suppressed;
    private readonly bool _queued;
    private readonly int? _then;

    /// <summary>Takes its rules.</summary>
    /// <param name="rules">In the order in which their stimuli follow each other.</param>
    /// <param name="queued">Whether what is shown ends first.</param>
    /// <param name="then">What is shown after them, by its number at the display (-1: gray); null: what the display does by itself.</param>
    public ThresholdController(IReadOnlyList<ThresholdRule> rules, bool queued = false, int? then = null)
    {
        (_rules, _queued, _then) = ([.. rules], queued, then);
        (_units, _armed) = (new int[_rules.Length][], new bool[_rules.Length]);
        (_lastNs, _crossings, _suppressed) = (new long[_rules.Length], new long[_rules.Length], new long[_rules.Length]);
        Array.Fill(_units, []);
        Array.Fill(_lastNs, long.MinValue / 2);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Variables => [];

    /// <inheritdoc/>
    public void Use(IReadOnlyList<string> unitIds)
    {
        for (var i = 0; i < _rules.Length; i++)
        {
            _units[i] = UnitIndex.Find(_rules[i].Units, unitIds);
            _armed[i] = false;
        }
    }

    /// <inheritdoc/>
    public void Decide(in ControlBin bin, StimulusCommands commands)
    {
        if (!bin.Counts)
        {
            return;
        }
        var any = false;
        for (var i = 0; i < _rules.Length; i++)
        {
            if (!Crosses(i, Mean(bin.Prediction, _units[i]), bin.EndNs))
            {
                continue;
            }
            if (any || _queued)
            {
                commands.Queue(_rules[i].Stimulus);
            }
            else
            {
                commands.Show(_rules[i].Stimulus);
            }
            any = true;
        }
        if (any && _then is { } then)
        {
            commands.Queue(then);
        }
    }

    /// <inheritdoc/>
    public JsonObject Summarise() => new()
    {
        ["crossings"] = _crossings.Sum(),
        ["suppressed"] = _suppressed.Sum(),
        ["rules"] = new JsonArray([.. _rules.Select((_, i) => (JsonNode)new JsonObject { ["crossings"] = _crossings[i], ["suppressed"] = _suppressed[i] })]),
    };

    // NaN neither crosses nor arms.
    private bool Crosses(int rule, double value, long nowNs)
    {
        if (!_armed[rule])
        {
            _armed[rule] = value < _rules[rule].RearmBelow;
            return false;
        }
        if (!(value >= _rules[rule].Above))
        {
            return false;
        }
        _armed[rule] = false;
        _crossings[rule]++;
        if (nowNs - _lastNs[rule] < _rules[rule].RefractoryNs)
        {
            _suppressed[rule]++;
            return false;
        }
        _lastNs[rule] = nowNs;
        return true;
    }

    private static double Mean(ReadOnlySpan<float> values, int[] units)
    {
        double sum = 0;
        foreach (var unit in units)
        {
            sum += values[unit];
        }
        return sum / units.Length;
    }
}
