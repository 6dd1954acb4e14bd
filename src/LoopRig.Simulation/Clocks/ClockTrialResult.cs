namespace LoopRig.Simulation;

/// <summary>How well the times of a trial were converted.</summary>
public sealed class ClockTrialResult
{
    private readonly ClockTrial _trial;
    private readonly List<double>[] _errors;
    private readonly bool[][] _seen;
    private readonly bool[][] _uncovered;
    private readonly double[] _lastRigNs;
    private readonly List<(double TrueNs, double ErrorNs)>[] _afterReset;

    internal ClockTrialResult(ClockTrial trial)
    {
        _trial = trial;
        var count = trial.Devices.Count;
        var seconds = (int)Math.Ceiling(trial.Seconds) + 1;
        (_errors, _afterReset) = ([.. trial.Devices.Select(_ => new List<double>())], [.. trial.Devices.Select(_ => new List<(double, double)>())]);
        (_seen, _uncovered) = ([.. trial.Devices.Select(_ => new bool[seconds])], [.. trial.Devices.Select(_ => new bool[seconds])]);
        _lastRigNs = new double[count];
        UncertaintiesNs = [.. trial.Devices.Select(_ => new List<double>())];
    }

    /// <summary>The uncertainty stated for each sample, by device, ns.</summary>
    public IReadOnlyList<List<double>> UncertaintiesNs { get; }

    /// <summary>Samples whose converted time lies before that of the sample before, but for the first after a reset.</summary>
    public int Backwards { get; private set; }

    /// <summary>The absolute errors of one device's samples, ns, in the order of the samples.</summary>
    public IReadOnlyList<double> Errors(int device) => _errors[device];

    /// <summary>A quantile of the absolute errors, ns; of one device or of all.</summary>
    public double ErrorNs(double quantile, int? device = null)
    {
        double[] sorted = device is { } one ? [.. _errors[one]] : [.. _errors.SelectMany(static e => e)];
        Array.Sort(sorted);
        return sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];
    }

    /// <summary>The share of seconds in which the stated uncertainty covered the error of every sample; of one device or of all.</summary>
    public double Coverage(int? device = null)
    {
        var (covered, all) = (0, 0);
        for (var d = 0; d < _seen.Length; d++)
        {
            for (var s = 0; s < _seen[d].Length && (device is null || device == d); s++)
            {
                all += _seen[d][s] ? 1 : 0;
                covered += _seen[d][s] && !_uncovered[d][s] ? 1 : 0;
            }
        }
        return (double)covered / all;
    }

    /// <summary>How long after the start, or after each reset, the error of every later sample of the next 10 s stays below 1 ms, s: the longest such time.</summary>
    public IEnumerable<(string Device, double AtSeconds, double Seconds)> Recoveries()
    {
        for (var d = 0; d < _afterReset.Length; d++)
        {
            foreach (var at in (double[])[0, .. _trial.Devices[d].Resets.Select(static r => r.AtSeconds)])
            {
                var last = _afterReset[d].Where(e => e.TrueNs >= at * 1e9 && e.TrueNs < (at + 10) * 1e9 && e.ErrorNs > 1e6).Select(static e => e.TrueNs).LastOrDefault(at * 1e9);
                yield return (_trial.Devices[d].Name, at, last / 1e9 - at);
            }
        }
    }

    internal void Judge(SimulatedMessage message, IClockConverter converter)
    {
        var device = message.Stream;
        for (var i = 0; i < message.TrueNs.Length; i++)
        {
            var trueNs = message.TrueNs[i];
            var rigNs = converter.ToRig(device, message.DeviceNs[i]);
            var error = Math.Abs(rigNs - trueNs);
            _errors[device].Add(error);
            var stated = converter.UncertaintyNs(device, message.DeviceNs[i]);
            UncertaintiesNs[device].Add(stated);
            var second = (int)(trueNs / 1e9);
            _seen[device][second] = true;
            _uncovered[device][second] |= !(error <= stated);
            if (_trial.Devices[device].Resets.Append((AtSeconds: 0, ShowsNs: 0)).Any(r => trueNs >= r.AtSeconds * 1e9 && trueNs < (r.AtSeconds + 10) * 1e9))
                _afterReset[device].Add((trueNs, error));
            Backwards += rigNs < _lastRigNs[device] ? 1 : 0;
            _lastRigNs[device] = rigNs;
        }
    }
}
