using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// Makes a data set of streams as they come, from a simulation or a recorded session: the aligner and assembler of the live loop cut the bins and build the
/// inputs, so that a network trains on what it will see. Feed it in order of receipt, then call <see cref="Build"/>.
/// </summary>
public sealed class DatasetBuilder : IStreamOutput
{
    private readonly DatasetSpec _spec;
    private readonly StreamDescriptor[] _streams;
    private readonly BinAligner _aligner;
    private readonly InputAssembler _assembler;
    private readonly Bin _bin;
    private readonly ulong[] _sequences;
    private readonly int _activity, _truth;
    private readonly List<long> _indices = [];
    private readonly List<int> _unbroken = [];      // whole bins up to and with this one without a gap or restart between them
    private readonly List<float[]>[] _vectors;
    private readonly FrameStore?[] _images;
    private readonly Dictionary<long, float[]> _counts = [];
    private readonly Dictionary<long, float[]> _expected = [];

    /// <summary>Finds the inputs and the activity among the streams.</summary>
    /// <param name="streams">The streams, in the order of the indices of <see cref="Add"/>.</param>
    /// <param name="spec">What to make.</param>
    /// <param name="syncReference">The stream whose shared pulses the other clocks follow; null where there are none.</param>
    /// <exception cref="NetworkException">An input has no stream.</exception>
    /// <exception cref="LoopRigException">The activity or truth stream is not among the streams, or their units differ.</exception>
    public DatasetBuilder(IReadOnlyList<StreamDescriptor> streams, DatasetSpec spec, string? syncReference = null)
    {
        _spec = spec with { Inputs = [.. spec.Inputs.Select(input => input with { Mean = [], Std = [] })] };
        _streams = [.. streams];
        _assembler = new InputAssembler(_spec.Inputs, _streams, spec.Mapping);
        _aligner = new BinAligner(spec.Bins, _streams, _assembler.Required, syncReference);
        _bin = new Bin(_streams);
        _sequences = new ulong[_streams.Length];
        _activity = Find(spec.ActivityStream);
        _truth = spec.TruthStream is null ? -1 : Find(spec.TruthStream);
        if (_truth >= 0 && _streams[_truth].ElementCount != _streams[_activity].ElementCount)
            throw new LoopRigException($"stream {spec.TruthStream} has {_streams[_truth].ElementCount} units, {spec.ActivityStream} has {_streams[_activity].ElementCount}");
        _vectors = [.. _spec.Inputs.Select(_ => new List<float[]>())];
        _images = [.. _spec.Inputs.Select(input => input.Kind == InputKind.Image ? new FrameStore(input.Length, spec.FrameMemoryBytes) : null)];
    }

    /// <summary>One name a unit, in the order of the activity.</summary>
    public IReadOnlyList<string> UnitIds => _streams[_activity].Channels;

    /// <summary>What became of each stream's samples.</summary>
    public IReadOnlyList<AlignerCounters> Counters => _aligner.Counters;

    /// <summary>Takes a message straight from a source that numbers nothing, such as a simulation in the same process.</summary>
    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        FrameHeader numbered = header;
        numbered.Sequence = _sequences[stream]++;
        Add(stream, numbered, payload, header.HostTimeNs);
    }

    /// <summary>Takes the next message.</summary>
    /// <param name="stream">Index of its stream.</param>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="receivedNs">When it was received, ns on the rig clock; never before that of the message before.</param>
    public void Add(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, long receivedNs)
    {
        if (stream == _activity || stream == _truth)
        {
            Collect(stream, header, payload);
            return;
        }
        if (!_assembler.Required[stream])
        {
            _aligner.Clocks.Observe(_aligner.Clocks[stream], header, payload); // it may share its clock, or pulses, with one that is
            return;
        }
        _aligner.Add(stream, header, payload);
        while (_aligner.TryClose(receivedNs, receivedNs, _bin))
            TakeBin();
    }

    /// <summary>Ends the set.</summary>
    /// <exception cref="LoopRigException">No bin has both inputs and activity.</exception>
    public Dataset Build()
    {
        if (!_indices.Exists(_counts.ContainsKey))
            throw new LoopRigException($"no bin has both inputs and activity of stream {_spec.ActivityStream}: {_indices.Count} bins of input, {_counts.Count} of activity");
        int units = UnitIds.Count;
        float[]?[] counts = Aligned(_counts);
        return new Dataset(new DatasetContent
        {
            Inputs = _spec.Inputs,
            Values = [.. _spec.Inputs.Select((input, at) => input.Kind == InputKind.Vector ? new FloatRows([.. _vectors[at]], input.Length) : _images[at]!.Close())],
            UnitIds = [.. UnitIds],
            Activity = new FloatRows(counts, units),
            Known = Array.ConvertAll(counts, static row => row is not null),
            Expected = _truth < 0 ? null : new FloatRows(Aligned(_expected), units),
            BinNs = _spec.Bins.BinNs,
            Indices = [.. _indices],
            Unbroken = [.. _unbroken],
        });
    }

    private void TakeBin()
    {
        InputState state = _assembler.Observe(_bin);
        bool apart = _indices.Count == 0 || _bin.Index != _indices[^1] + 1;
        for (int stream = 0; stream < _streams.Length; stream++)
            apart |= _assembler.Required[stream] && _bin.Streams[stream].NewEpoch;
        _unbroken.Add(state != InputState.Complete ? 0 : apart ? 1 : _unbroken[^1] + 1);
        _indices.Add(_bin.Index);
        for (int input = 0; input < _spec.Inputs.Length; input++)
        {
            var values = new float[_spec.Inputs[input].Length];
            _assembler.Write(input, values);
            if (_images[input] is { } images)
                images.Add(values);
            else
                _vectors[input].Add(values);
        }
    }

    // Samples that count less than a bin add up.
    private void Collect(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        StreamDescriptor descriptor = _streams[stream];
        int units = descriptor.ElementCount;
        ReadOnlySpan<byte> data = payload[header.TimesLength..];
        StreamClock clock = _aligner.Clocks[stream];
        clock.Observe(header);
        for (int sample = 0; sample < header.SampleCount; sample++)
        {
            long timeNs = header.TimesLength == 0 ? header.DeviceTimeNs : System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(payload[(sample * sizeof(long))..]);
            timeNs = clock.ToRig(timeNs);
            // A count is stamped with its bin's start: on a device's clock, with the start as well as that is known.
            if (clock.Device is not null && descriptor.BinNs > 0)
                timeNs += descriptor.BinNs / 2;
            long bin = Math.DivRem(timeNs, _spec.Bins.BinNs, out long rest) - (rest < 0 ? 1 : 0);
            Dictionary<long, float[]> into = stream == _activity ? _counts : _expected;
            if (!into.TryGetValue(bin, out float[]? values))
                into.Add(bin, values = new float[units]);
            for (int unit = 0; unit < units; unit++)
                values[unit] += (float)descriptor.DType.ReadAsDouble(data, sample * units + unit);
        }
    }

    private float[]?[] Aligned(Dictionary<long, float[]> byBin) => [.. _indices.Select(index => byBin.GetValueOrDefault(index))];

    private int Find(string name)
    {
        int index = Array.FindIndex(_streams, stream => stream.Name == name);
        return index >= 0 ? index : throw new LoopRigException($"no stream '{name}'; there are {string.Join(", ", _streams.Select(stream => stream.Name))}");
    }
}
