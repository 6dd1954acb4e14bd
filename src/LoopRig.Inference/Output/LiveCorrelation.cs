using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// Compares predictions with recorded activity while the rig runs: Pearson's r of each unit, plain and after a causal boxcar of 2 s. Units meet by id.
/// Activity arrives after its bin has closed; predictions wait for it in a bounded ring. The loop's thread fills it, and computes when it has nothing else to do.
/// </summary>
public sealed class LiveCorrelation
{
    private const int PendingRows = 16;
    private const long BoxcarNs = 2 * RigClock.SecondNs;

    private readonly StreamDescriptor _activity;
    private readonly long _binNs;
    private readonly int _offset;
    private readonly int[] _predictedIndex;
    private readonly int[] _recordedIndex;
    private readonly float[] _predicted;
    private readonly long[] _predictedBin;
    private readonly float[] _recorded;
    private readonly long[] _recordedBin = new long[PendingRows];
    private readonly float[] _sum;
    private long _sumBin = long.MinValue;
    private int _sumCount;
    private long _newestPredicted = long.MinValue;
    private long _lastBin = long.MinValue;
    private int _head;
    private int _pending;

    private LiveCorrelation(IFrozenNetwork network, LoopSettings rig, int stream, (int Predicted, int Recorded)[] pairs)
    {
        Stream = stream;
        _activity = rig.Streams[stream];
        _binNs = rig.Bins.BinNs;
        _offset = network.PredictionOffsetBins;
        _predictedIndex = [.. pairs.Select(p => p.Predicted)];
        _recordedIndex = [.. pairs.Select(p => p.Recorded)];
        UnitIds = [.. pairs.Select(p => network.UnitIds.Count > 0 ? network.UnitIds[p.Predicted] : $"{p.Predicted}")];
        _predicted = new float[pairs.Length * rig.HistoryBins];
        _predictedBin = new long[rig.HistoryBins];
        Array.Fill(_predictedBin, long.MinValue);
        _recorded = new float[pairs.Length * PendingRows];
        _sum = new float[pairs.Length];
        Plain = new RunningCorrelation(pairs.Length, 1);
        Boxcar = new RunningCorrelation(pairs.Length, Correlation.BoxcarBins(BoxcarNs, _binNs));
    }

    /// <summary>The index of the activity stream.</summary>
    public int Stream { get; }
    /// <summary>The ids of the units that are both predicted and recorded, in the order of the correlations.</summary>
    public IReadOnlyList<string> UnitIds { get; }
    /// <summary>Bin by bin.</summary>
    public RunningCorrelation Plain { get; }
    /// <summary>After a boxcar of 2 s.</summary>
    public RunningCorrelation Boxcar { get; }
    /// <summary>Recorded bins that met no prediction of the network: too old, or a fallback.</summary>
    public long Unmatched { get; private set; }
    /// <summary>Messages of another shape or type than the descriptor's, which were left out.</summary>
    public long Mismatched { get; private set; }

    /// <summary>Pairs a network with the rig's first stream of activity that shares units with it; null where there is none.</summary>
    public static LiveCorrelation? For(IFrozenNetwork network, LoopSettings rig)
    {
        for (var i = 0; i < rig.Streams.Count; i++)
        {
            var stream = rig.Streams[i];
            // Counts over another width than the rig's bins cannot be compared with predictions per bin.
            if (stream.Kind == StreamKind.Activity && (stream.BinNs == 0 || stream.BinNs == rig.Bins.BinNs) && Pair(network, stream) is { Length: > 0 } pairs)
            {
                return new LiveCorrelation(network, rig, i, pairs);
            }
        }
        return null;
    }

    /// <summary>Keeps a prediction of the network (never a fallback) until its bin was recorded.</summary>
    /// <param name="bin">The last bin that the network saw.</param>
    /// <param name="values">One value a unit.</param>
    public void Predicted(long bin, ReadOnlySpan<float> values)
    {
        var target = bin + _offset;
        var slot = Slot(target);
        var row = _predicted.AsSpan(slot * _predictedIndex.Length, _predictedIndex.Length);
        for (var u = 0; u < row.Length; u++)
        {
            row[u] = values[_predictedIndex[u]];
        }
        _predictedBin[slot] = target;
        _newestPredicted = target;
    }

    /// <summary>Takes the samples of one message of the activity stream: counts by the start of their bin, traces by their time.</summary>
    /// <param name="header">The message's header.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="clock">The stream's clock, which has seen the message.</param>
    public void Recorded(in FrameHeader header, ReadOnlySpan<byte> payload, StreamClock clock)
    {
        var samples = header.SampleCount;
        if (header.DType != _activity.DType || payload.Length != header.TimesLength + (long)samples * _activity.SampleBytes)
        {
            Mismatched++;
            return;
        }
        for (var i = 0; i < samples; i++)
        {
            var deviceNs = header.TimesLength == 0 ? header.DeviceTimeNs : BinaryPrimitives.ReadInt64LittleEndian(payload[(i * sizeof(long))..]);
            AddSample(clock.ToRig(deviceNs), payload.Slice(header.TimesLength + i * _activity.SampleBytes, _activity.SampleBytes));
        }
    }

    /// <summary>Loop: goes on with the count of <see cref="Mismatched"/> of the network before, so that the watch sees it grow only.</summary>
    internal void CountOn(LiveCorrelation? previous)
    {
        if (previous?.Stream == Stream)
        {
            Mismatched = previous.Mismatched;
        }
    }

    /// <summary>Computes one bin if its prediction and its activity are both there; false when there is nothing to compute.</summary>
    public bool Work()
    {
        if (_pending == 0 || _recordedBin[_head] > _newestPredicted)
        {
            return false;
        }
        var bin = _recordedBin[_head];
        var slot = Slot(bin);
        if (_predictedBin[slot] == bin)
        {
            var units = _predictedIndex.Length;
            if (bin != _lastBin + 1)
            {
                Boxcar.Break();
            }
            var predicted = _predicted.AsSpan(slot * units, units);
            var recorded = _recorded.AsSpan(_head * units, units);
            Plain.Add(predicted, recorded);
            Boxcar.Add(predicted, recorded);
            _lastBin = bin;
        }
        else
        {
            Unmatched++;
        }
        _head = (_head + 1) % PendingRows;
        _pending--;
        return true;
    }

    /// <summary>Whether the boxcar has seen so much that its correlations mean something: windows overlap, so that few say nothing.</summary>
    public bool BoxcarIsReady => Boxcar.Count >= 5 * Correlation.BoxcarBins(BoxcarNs, _binNs);

    /// <summary>The best-predicted units, best first; the boxcar's r is NaN until <see cref="BoxcarIsReady"/>. For a view: it allocates.</summary>
    public IReadOnlyList<(string Unit, double Plain, double Boxcar)> Best(int count) =>
        [.. Enumerable.Range(0, UnitIds.Count)
            .Select(u => (Unit: UnitIds[u], Plain: Plain.Of(u), Boxcar: BoxcarIsReady ? Boxcar.Of(u) : double.NaN))
            .Where(u => !double.IsNaN(u.Plain))
            .OrderByDescending(u => double.IsNaN(u.Boxcar) ? u.Plain : u.Boxcar)
            .Take(count)];

    /// <summary>The mean of r over units that have one; NaN where none has. For a view and the summary.</summary>
    public static double Mean(RunningCorrelation correlation)
    {
        double sum = 0;
        var count = 0;
        for (var u = 0; u < correlation.Units; u++)
        {
            var r = correlation.Of(u);
            if (!double.IsNaN(r))
            {
                sum += r;
                count++;
            }
        }
        return count > 0 ? sum / count : double.NaN;
    }

    private static (int Predicted, int Recorded)[] Pair(IFrozenNetwork network, StreamDescriptor activity)
    {
        if (network.UnitIds.Count == 0 || activity.Channels.Length == 0)
        {
            return network.Units == activity.ElementCount ? [.. Enumerable.Range(0, network.Units).Select(u => (u, u))] : [];
        }
        var recorded = activity.Channels.Select((id, index) => (id, index)).DistinctBy(c => c.id).ToDictionary(c => c.id, c => c.index);
        return [.. network.UnitIds.Select((id, index) => (id, index)).Where(p => recorded.ContainsKey(p.id)).Select(p => (p.index, recorded[p.id]))];
    }

    private void AddSample(long rigNs, ReadOnlySpan<byte> sample)
    {
        // A count is stamped with its bin's start, on the rig's grid or next to it; a trace lies inside its bin.
        var bin = FloorDivide(_activity.BinNs > 0 ? rigNs + _binNs / 2 : rigNs, _binNs);
        if (bin != _sumBin)
        {
            Flush();
            _sumBin = bin;
        }
        for (var u = 0; u < _sum.Length; u++)
        {
            _sum[u] += (float)_activity.DType.ReadAsDouble(sample, _recordedIndex[u]);
        }
        _sumCount++;
        if (_activity.BinNs > 0)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_sumCount == 0)
        {
            return;
        }
        if (_pending < PendingRows)
        {
            var row = (_head + _pending) % PendingRows;
            var scale = 1f / _sumCount;
            var destination = _recorded.AsSpan(row * _sum.Length, _sum.Length);
            for (var u = 0; u < _sum.Length; u++)
            {
                destination[u] = _sum[u] * scale;
            }
            _recordedBin[row] = _sumBin;
            _pending++;
        }
        else
        {
            Unmatched++;
        }
        Array.Clear(_sum);
        _sumCount = 0;
    }

    private int Slot(long bin) => (int)(((bin % _predictedBin.Length) + _predictedBin.Length) % _predictedBin.Length);

    private static long FloorDivide(long value, long by) => Math.DivRem(value, by, out var rest) - (rest < 0 ? 1 : 0);
}
