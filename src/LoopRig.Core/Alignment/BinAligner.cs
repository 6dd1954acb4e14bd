namespace LoopRig.Core;

/// <summary>How bins are cut.</summary>
/// <param name="BinNs">The length of a bin, ns. Bin k is [k*BinNs, (k+1)*BinNs) of the rig clock.</param>
/// <param name="LatenessNs">How long after its end a bin waits for streams that have not passed it, ns.</param>
public readonly record struct BinSpec(long BinNs, long LatenessNs)
{
    /// <summary>48 ms bins (Xu et al. 2023), 5 ms of patience.</summary>
    public static BinSpec Default => new(48 * RigClock.MillisecondNs, 5 * RigClock.MillisecondNs);
}

/// <summary>What became of samples handed to the aligner.</summary>
public enum AddResult
{
    /// <summary>All are in their bins.</summary>
    Taken,
    /// <summary>At least one belonged to a bin that is closed: counted, not merged.</summary>
    Late,
    /// <summary>At least one lies further in the future than the open bins reach: counted, not merged. A clock jumped.</summary>
    Ahead,
    /// <summary>The message does not have the shape or type of its stream: counted, not merged.</summary>
    Mismatch,
}

/// <summary>What the aligner did with one stream's samples.</summary>
public sealed class AlignerCounters
{
    /// <summary>Samples merged into bins.</summary>
    public long Taken { get; internal set; }
    /// <summary>Samples that came after their bin was closed.</summary>
    public long Late { get; internal set; }
    /// <summary>Samples too far in the future.</summary>
    public long Ahead { get; internal set; }
    /// <summary>Messages of another shape or type than the descriptor's.</summary>
    public long Mismatched { get; internal set; }
    /// <summary>NaN values, left out of the means.</summary>
    public long NotANumber { get; internal set; }
    /// <summary>The latest sample's time on the rig clock, ns; <see cref="long.MinValue"/> before the first.</summary>
    public long LatestNs { get; internal set; } = long.MinValue;
}

/// <summary>
/// Sorts the samples of many streams into bins of the rig clock by their own times: streaming, causal, one thread, nothing allocated after the constructor.
/// A bin closes when every required stream has passed its end, or when the allowed lateness is over; what comes later is counted and never merged.
/// The same code runs live, in replay and for training.
/// </summary>
public sealed class BinAligner
{
    /// <summary>How many bins are open at once: what a stream may be ahead of the slowest.</summary>
    public const int OpenBins = 16;

    private readonly BinSpec _spec;
    private readonly StreamDescriptor[] _streams;
    private readonly bool[] _required;
    private readonly Bin[] _open;
    private readonly uint[] _epochs;
    private long _next = long.MinValue;

    /// <summary>Prepares the bins.</summary>
    /// <param name="spec">How bins are cut.</param>
    /// <param name="streams">The streams, in the order of the indices given to <see cref="Add"/>.</param>
    /// <param name="required">Which streams a bin waits for.</param>
    /// <param name="syncReference">The stream whose pulses tie the other clocks to its own; null where there are none.</param>
    public BinAligner(BinSpec spec, IReadOnlyList<StreamDescriptor> streams, IReadOnlyList<bool> required, string? syncReference = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.BinNs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(spec.LatenessNs);
        _spec = spec;
        _streams = [.. streams];
        _required = [.. required];
        _epochs = new uint[_streams.Length];
        _open = new Bin[OpenBins];
        for (var i = 0; i < OpenBins; i++)
        {
            _open[i] = new Bin(streams);
        }
        Counters = new AlignerCounters[_streams.Length];
        Clocks = new RigClocks(_streams, syncReference);
        for (var i = 0; i < _streams.Length; i++)
        {
            Counters[i] = new AlignerCounters();
        }
    }

    /// <summary>How bins are cut.</summary>
    public BinSpec Spec => _spec;

    /// <summary>The streams.</summary>
    public IReadOnlyList<StreamDescriptor> Streams => _streams;

    /// <summary>Whether bins wait for a stream.</summary>
    public bool IsRequired(int stream) => _required[stream];

    /// <summary>Changes which streams bins wait for, from the next bin on: another network has taken over.</summary>
    public void Require(IReadOnlyList<bool> required)
    {
        for (var i = 0; i < _required.Length; i++)
        {
            _required[i] = required[i];
        }
    }

    /// <summary>What was done with each stream's samples.</summary>
    public AlignerCounters[] Counters { get; }

    /// <summary>The streams' clocks against the rig clock; those of streams that are not sorted into bins are the caller's to feed.</summary>
    public RigClocks Clocks { get; }

    /// <summary>Whether every required stream has delivered, so that bins close.</summary>
    public bool Started => _next != long.MinValue;

    /// <summary>When the next bin closes by time, ns on the rig clock; <see cref="long.MaxValue"/> before the start.</summary>
    public long NextDueNs => Started ? (_next + 1) * _spec.BinNs + _spec.LatenessNs : long.MaxValue;

    /// <summary>Merges the samples of one message into their bins.</summary>
    /// <param name="stream">The index of the stream.</param>
    /// <param name="header">The message's header.</param>
    /// <param name="payload">The message's payload, the block's times in front if it is a block.</param>
    /// <returns>The worst that happened to one of the samples.</returns>
    public AddResult Add(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var descriptor = _streams[stream];
        var counters = Counters[stream];
        var samples = header.SampleCount;
        if (header.DType != descriptor.DType || payload.Length != header.TimesLength + (long)samples * descriptor.SampleBytes)
        {
            counters.Mismatched++;
            return AddResult.Mismatch;
        }
        var times = payload[..header.TimesLength];
        var data = payload[header.TimesLength..];
        var clock = Clocks[stream];
        Clocks.Observe(clock, header, payload);
        var result = AddResult.Taken;
        for (var i = 0; i < samples; i++)
        {
            var deviceNs = times.IsEmpty ? header.DeviceTimeNs : System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(times[(i * sizeof(long))..]);
            var rigNs = clock.ToRig(deviceNs);
            if (!Started && rigNs > header.HostTimeNs + OpenBins * _spec.BinNs)
            {
                counters.Ahead++; // taken for the first bin's time, it would keep everything real waiting until then
                result = AddResult.Ahead;
                continue;
            }
            var one = AddSample(stream, header.Epoch, header.Sequence, i, rigNs, data.Slice(i * descriptor.SampleBytes, descriptor.SampleBytes));
            result = one > result ? one : result;
        }
        if (!Started)
        {
            TryStart();
        }
        return result;
    }

    /// <summary>Closes the next bin if its time has come and copies it into <paramref name="into"/>.</summary>
    /// <param name="receivedNs">The receipt of the item added last, ns: the close, if that item closes the bin.</param>
    /// <param name="nowNs">Now on the rig clock, ns; in replay, the time of the last item.</param>
    /// <param name="into">Where the bin goes.</param>
    public bool TryClose(long receivedNs, long nowNs, Bin into)
    {
        if (!Started)
        {
            return false;
        }
        var end = (_next + 1) * _spec.BinNs;
        var due = end + _spec.LatenessNs;
        var passed = AllRequiredPassed(end);
        if (!passed && nowNs < due)
        {
            return false;
        }
        var bin = Slot(_next);
        if (bin.Index != _next)
        {
            Reset(bin, _next); // nothing at all fell into this bin
        }
        // A bin cannot close before its end on the rig clock, whatever a device claims: its predictions would come from the future.
        bin.ClosedNs = passed ? Math.Min(Math.Max(receivedNs, end), Math.Max(due, end)) : due;
        bin.ClosedByTime = !passed;
        Finish(bin);
        into.CopyFrom(bin);
        bin.Index = long.MinValue;
        _next++;
        return true;
    }

    /// <summary>
    /// Begins to refill a bin from recorded samples: the sums run over exactly the samples that are added between <see cref="BeginReplay"/> and
    /// <see cref="EndReplay"/>, in the order of adding, so that the means are the recorded run's bit for bit.
    /// </summary>
    public void BeginReplay(long index)
    {
        _next = index;
        Reset(Slot(index), index);
    }

    /// <summary>Adds the samples of one recorded message that the bin used.</summary>
    /// <param name="stream">The index of the stream.</param>
    /// <param name="header">The message's header.</param>
    /// <param name="payload">The message's payload.</param>
    /// <param name="range">The samples that the bin used.</param>
    public void AddReplay(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, in SampleRange range)
    {
        var descriptor = _streams[stream];
        var first = header.Sequence == range.FirstSequence ? range.FirstSample : 0;
        var last = header.Sequence == range.LastSequence ? range.LastSample : header.SampleCount - 1;
        var data = payload[header.TimesLength..];
        var bin = Slot(_next);
        for (var i = first; i <= last; i++)
        {
            Accumulate(bin.Streams[stream], stream, header.Epoch, header.Sequence, i, header.DeviceTimeNs, data.Slice(i * descriptor.SampleBytes, descriptor.SampleBytes));
        }
    }

    /// <summary>Ends the bin begun with <see cref="BeginReplay"/>.</summary>
    public void EndReplay(long closedNs, Bin into)
    {
        var bin = Slot(_next);
        bin.ClosedNs = closedNs;
        bin.ClosedByTime = false;
        Finish(bin);
        into.CopyFrom(bin);
        bin.Index = long.MinValue;
        _next++;
    }

    private AddResult AddSample(int stream, uint epoch, ulong sequence, int place, long rigNs, ReadOnlySpan<byte> sample)
    {
        var counters = Counters[stream];
        var index = Math.DivRem(rigNs, _spec.BinNs, out var rest) - (rest < 0 ? 1 : 0);
        if (Started && index < _next)
        {
            counters.Late++;
            return AddResult.Late;
        }
        if (Started && index >= _next + OpenBins)
        {
            counters.Ahead++;
            return AddResult.Ahead;
        }
        counters.LatestNs = Math.Max(counters.LatestNs, rigNs);
        var bin = Slot(index);
        if (bin.Index != index)
        {
            if (!Started && bin.Index > index)
            {
                counters.Late++; // before the start the newest samples hold the slots
                return AddResult.Late;
            }
            Reset(bin, index);
        }
        Accumulate(bin.Streams[stream], stream, epoch, sequence, place, rigNs, sample);
        counters.Taken++;
        return AddResult.Taken;
    }

    private void Accumulate(StreamBin part, int stream, uint epoch, ulong sequence, int place, long rigNs, ReadOnlySpan<byte> sample)
    {
        if (part.Range.Count == 0 || epoch != part.Range.Epoch)
        {
            var fresh = epoch != _epochs[stream];
            if (part.Range.Count > 0 && fresh)
            {
                Array.Clear(part.Values); // the bin's earlier samples are of another past
                Array.Clear(part.ValidCounts);
                part.Range = default;
            }
            part.NewEpoch |= fresh;
            part.Range.FirstSequence = sequence;
            part.Range.FirstSample = place;
            part.Range.Epoch = epoch;
            _epochs[stream] = epoch;
        }
        part.Range.LastSequence = sequence;
        part.Range.LastSample = place;
        part.Range.Count++;
        part.LastSampleNs = rigNs;
        var values = part.Values;
        if (_streams[stream].DType == DType.U8)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] += sample[i];
            }
            part.ValidCounts[0]++; // pixels are always valid: one count serves all
            return;
        }
        AccumulateValues(part, stream, sample);
    }

    private void AccumulateValues(StreamBin part, int stream, ReadOnlySpan<byte> sample)
    {
        var type = _streams[stream].DType;
        for (var i = 0; i < part.Values.Length; i++)
        {
            var value = (float)type.ReadAsDouble(sample, i);
            if (float.IsFinite(value))
            {
                part.Values[i] += value;
                part.ValidCounts[i]++;
            }
            else
            {
                Counters[stream].NotANumber++;
            }
        }
    }

    private void Finish(Bin bin)
    {
        for (var s = 0; s < _streams.Length; s++)
        {
            var part = bin.Streams[s];
            var pixels = _streams[s].DType == DType.U8;
            for (var i = 0; i < part.Values.Length; i++)
            {
                var count = part.ValidCounts[pixels ? 0 : i];
                part.Values[i] = count > 0 ? part.Values[i] / count : float.NaN;
            }
        }
    }

    // The first bin is the first whole one after every required stream has delivered: no bin is half seen.
    private void TryStart()
    {
        var latest = long.MinValue;
        var any = false;
        for (var i = 0; i < _streams.Length; i++)
        {
            if (_required[i])
            {
                if (Counters[i].LatestNs == long.MinValue)
                {
                    return;
                }
                latest = Math.Max(latest, Counters[i].LatestNs);
                any = true;
            }
        }
        if (!any)
        {
            foreach (var counters in Counters)
            {
                latest = Math.Max(latest, counters.LatestNs);
            }
        }
        _next = latest / _spec.BinNs + 1;
        foreach (var bin in _open)
        {
            if (bin.Index < _next)
            {
                bin.Index = long.MinValue;
            }
        }
    }

    private bool AllRequiredPassed(long end)
    {
        var any = false;
        for (var i = 0; i < _streams.Length; i++)
        {
            if (_required[i])
            {
                any = true;
                if (Counters[i].LatestNs < end)
                {
                    return false;
                }
            }
        }
        return any;
    }

    private Bin Slot(long index) => _open[(int)(((index % OpenBins) + OpenBins) % OpenBins)];

    private void Reset(Bin bin, long index)
    {
        bin.Index = index;
        bin.StartNs = index * _spec.BinNs;
        bin.EndNs = bin.StartNs + _spec.BinNs;
        foreach (var part in bin.Streams)
        {
            Array.Clear(part.Values);
            Array.Clear(part.ValidCounts);
            part.Range = default;
            part.NewEpoch = false;
        }
    }
}
