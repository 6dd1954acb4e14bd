using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// Shows, one after the other, the stimulus from which most is expected to be learnt. What is not known is each unit's gain: with Poisson counts of the predicted rate r, a bin
/// adds r to the Fisher information about the log of the gain, and a stimulus that is expected to add D_u to what unit u has, I_u, is worth the sum over units of ln(1 + D_u / I_u) / 2
/// nats (the greedy step of Lewi, Butera and Paninski 2009, Neural Computation 21:619, for one parameter a unit). The rates are the network's own predictions while the stimulus was on the
/// screen for a whole bin; what was never shown comes first. One choice costs a multiplication and a division for every unit and stimulus.
/// </summary>
public sealed class NextBestController : IController
{
    // Before anything is known a gain is uncertain by a factor of e: as much information as one expected count.
    private const double PriorInformation = 1;
    private const double Overflow = 1e200;
    private const long LostNs = 2 * RigClock.SecondNs;

    private readonly IReadOnlyList<string> _wanted;
    private readonly int[] _stimuli;
    private readonly double[] _seconds;
    private readonly long _pauseNs;
    private readonly long[] _shown, _bins;
    private readonly bool[] _out;
    private int[] _units = [];
    private double[] _information = [];
    private double[][] _sums; // predicted counts of each unit, summed over the bins of a stimulus
    private int _asked = -1;
    private long _askedNs, _waitedNs, _flippedNs;
    private double _gained;

    /// <summary>Takes its candidates.</summary>
    /// <param name="units">The units that are to be learnt about; none: all of the network's.</param>
    /// <param name="stimuli">The candidates, by their numbers at the display.</param>
    /// <param name="seconds">How long each takes, s.</param>
    /// <param name="pauseNs">For how long the screen is gray between two, ns.</param>
    public NextBestController(IReadOnlyList<string> units, IReadOnlyList<int> stimuli, IReadOnlyList<double> seconds, long pauseNs)
    {
        (_wanted, _stimuli, _seconds, _pauseNs) = (units, [.. stimuli], [.. seconds], pauseNs);
        (_shown, _bins, _out) = (new long[_stimuli.Length], new long[_stimuli.Length], new bool[_stimuli.Length]);
        _sums = [.. _stimuli.Select(static _ => Array.Empty<double>())];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Variables => [];

    /// <summary>What was gained so far, as predicted, nats.</summary>
    public double Gained => _gained;

    /// <inheritdoc/>
    public void Use(IReadOnlyList<string> unitIds)
    {
        _units = UnitIndex.Find(_wanted, unitIds);
        _information = [.. _units.Select(static _ => PriorInformation)];
        _sums = [.. _stimuli.Select(_ => new double[_units.Length])];
        Array.Clear(_bins);
        _gained = 0;
    }

    /// <inheritdoc/>
    public void Decide(in ControlBin bin, StimulusCommands commands)
    {
        if (bin.Counts && Array.IndexOf(_stimuli, bin.Shown) is >= 0 and var shown)
        {
            Learn(shown, bin.Prediction);
        }
        if (_asked >= 0 && (bin.ShownNow == _stimuli[_asked] || bin.ShownNowSinceNs > _askedNs))
        {
            _shown[_asked] += bin.ShownNow < 0 || bin.ShownNow == _stimuli[_asked] ? 1 : 0; // it is on the screen, or was since the last bin
            _asked = -1;
        }
        // Only what a display that flips does not show was refused by it: one that stalls shows nothing at all.
        _waitedNs += bin.FlippedNs > _flippedNs ? bin.EndNs - bin.StartNs : 0;
        _flippedNs = bin.FlippedNs;
        if (bin.ShownNow >= 0)
        {
            return;
        }
        if (_asked >= 0 && _waitedNs > LostNs)
        {
            _out[_asked] = true; // a limit of the display does not let it be seen
            _asked = -1;
        }
        if (_asked < 0 && bin.ShownNowSinceNs > 0 && bin.EndNs - bin.ShownNowSinceNs >= _pauseNs && Best(bin.EndNs - bin.StartNs) is >= 0 and var best)
        {
            (_asked, _askedNs, _waitedNs) = (best, bin.EndNs, 0);
            commands.Show(_stimuli[best]);
        }
    }

    /// <inheritdoc/>
    public JsonObject Summarise() => new()
    {
        ["predicted_information_nats"] = Math.Round(_gained, 3),
        ["stimuli"] = new JsonArray([.. _stimuli.Select((stimulus, i) => (JsonNode)new JsonObject { ["stimulus"] = stimulus, ["shown"] = _shown[i], ["bins"] = _bins[i], ["not_seen"] = _out[i] })]),
    };

    private void Learn(int stimulus, ReadOnlySpan<float> prediction)
    {
        _bins[stimulus]++;
        var (product, sums) = (1.0, _sums[stimulus]);
        for (var u = 0; u < _units.Length; u++)
        {
            var rate = Math.Max(0, (double)prediction[_units[u]]); // NaN stays NaN, and adds nothing
            if (rate > 0)
            {
                product *= 1 + rate / _information[u];
                sums[u] += rate;
                _information[u] += rate;
                if (product > Overflow)
                {
                    _gained += Math.Log(product) / 2;
                    product = 1;
                }
            }
        }
        _gained += Math.Log(product) / 2;
    }

    private int Best(long binNs)
    {
        var (best, most) = (-1, double.NegativeInfinity);
        for (var i = 0; i < _stimuli.Length; i++)
        {
            if (_out[i])
            {
                continue;
            }
            if (_bins[i] == 0 && _shown[i] == 0)
            {
                return i;
            }
            var worth = _bins[i] == 0 ? 0 : Worth(_sums[i], _seconds[i] * RigClock.SecondNs / binNs / _bins[i]);
            (best, most) = worth > most ? (i, worth) : (best, most);
        }
        return best;
    }

    private double Worth(double[] sums, double scale)
    {
        var (nats, product) = (0.0, 1.0);
        for (var u = 0; u < sums.Length; u++)
        {
            product *= 1 + sums[u] * scale / _information[u];
            if (product > Overflow)
            {
                nats += Math.Log(product);
                product = 1;
            }
        }
        return (nats + Math.Log(product)) / 2;
    }
}
