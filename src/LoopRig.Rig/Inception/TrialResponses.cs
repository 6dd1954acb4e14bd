using System.Buffers.Binary;
using System.Text;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Recording;

namespace LoopRig.Rig.Inception;

/// <summary>
/// What a recorded session says of its presentations: when each image was on the screen, by the records of the flips, and each unit's rate meanwhile. Both lie on the rig clock, so that
/// nothing rests on what was planned. Letters: N presentations, U units.
/// </summary>
internal sealed class TrialResponses
{
    private readonly List<(long StartNs, long EndNs, float[] Counts)> _activity = [];

    private TrialResponses(string[] unitIds) => UnitIds = unitIds;

    /// <summary>Names of the units, [U].</summary>
    public string[] UnitIds { get; }

    /// <summary>The presentations in their order, [N].</summary>
    public List<ShownTrial> Trials { get; } = [];

    /// <summary>Rates [N][U], events a second.</summary>
    public float[][] Rates { get; private set; } = [];

    /// <summary>Reads a session in which the display showed one stimulus file from the start.</summary>
    /// <param name="folder">The session.</param>
    /// <param name="plan">The file worked out for the rig's monitor, as the display did.</param>
    /// <param name="display">The display's stream of flips.</param>
    /// <param name="activity">The stream of recorded activity.</param>
    /// <param name="delayS">By how much the activity lags behind the screen: rates are taken from so long after the onset to so long after the end.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="LoopRigException">The session lacks a stream, or holds no presentation with activity.</exception>
    public static TrialResponses Read(string folder, StimulusPlan plan, string display, string activity, double delayS, CancellationToken stop)
    {
        using var session = new SessionReader(folder);
        var streams = session.BuildIndex(stop).Streams.Select(static s => s.Descriptor).OfType<StreamDescriptor>().ToArray();
        var flips = Find(folder, streams, display);
        var counts = Find(folder, streams, activity);
        var read = new TrialResponses(streams[counts].Channels);
        var clocks = new RigClocks(streams, session.Info.SyncReference);
        byte[][] topics = [.. streams.Select(static s => Encoding.UTF8.GetBytes(s.Name + '\0'))];
        var columns = Columns(folder, streams[flips]);
        var shown = new List<Flip>();
        using (var cursor = session.OpenCursor())
        {
            while (cursor.Read())
            {
                stop.ThrowIfCancellationRequested();
                if (!cursor.TryMessage(out var header, out var payload) || header.Kind != MessageKind.Samples)
                {
                    continue;
                }
                var stream = Of(topics, cursor.Topic);
                if (stream < 0)
                {
                    continue;
                }
                clocks.Observe(clocks[stream], header, payload);
                if (stream == flips)
                {
                    shown.Add(Flip.Read(payload[header.TimesLength..], columns));
                }
                else if (stream == counts)
                {
                    read.Add(streams[counts], clocks[counts], header, payload);
                }
            }
        }
        read.Cut(plan, shown);
        read.Rate((long)(delayS * RigClock.SecondNs));
        return read.Trials.Count > 0 ? read : throw new LoopRigException($"session {folder}: no presentation with activity of stream {activity}: {shown.Count} flips, {read._activity.Count} bins of activity");
    }

    private static int Find(string folder, StreamDescriptor[] streams, string name)
    {
        var index = Array.FindIndex(streams, s => s.Name == name);
        return index >= 0 ? index : throw new LoopRigException($"session {folder}: no stream '{name}'; there are {string.Join(", ", streams.Select(static s => s.Name))}");
    }

    private static int[] Columns(string folder, StreamDescriptor stream) =>
    [
        .. Flip.Fields.Select(field => Array.IndexOf(stream.Channels, field) is >= 0 and var column
            ? column
            : throw new LoopRigException($"session {folder}: stream {stream.Name} has no channel {field}: it is not a display's record of flips")),
    ];

    private static int Of(byte[][] topics, ReadOnlySpan<byte> topic)
    {
        for (var stream = 0; stream < topics.Length; stream++)
        {
            if (topic.SequenceEqual(topics[stream]))
            {
                return stream;
            }
        }
        return -1;
    }

    // A count is stamped with the start of its bin; a trace stands for the time up to its next sample, which its rate gives.
    private void Add(StreamDescriptor stream, StreamClock clock, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var widthNs = stream.BinNs > 0 ? stream.BinNs : stream.RateHz > 0 ? (long)(RigClock.SecondNs / stream.RateHz) : 0;
        if (widthNs == 0)
        {
            return;
        }
        var data = payload[header.TimesLength..];
        for (var sample = 0; sample < header.SampleCount; sample++)
        {
            var time = clock.ToRig(header.TimesLength == 0 ? header.DeviceTimeNs : BinaryPrimitives.ReadInt64LittleEndian(payload[(sample * sizeof(long))..]));
            var values = new float[UnitIds.Length];
            for (var unit = 0; unit < values.Length; unit++)
            {
                values[unit] = (float)stream.DType.ReadAsDouble(data, sample * values.Length + unit);
            }
            _activity.Add((time, time + widthNs, values));
        }
    }

    // A presentation is a run of flips of one segment that carries a label.
    private void Cut(StimulusPlan plan, List<Flip> flips)
    {
        for (int from = 0, to; from < flips.Count; from = to)
        {
            for (to = from + 1; to < flips.Count && flips[to].Segment == flips[from].Segment && flips[to].Command == flips[from].Command;)
            {
                to++;
            }
            var segment = flips[from].Segment;
            // The last one of a session has no flip that ended it.
            if (flips[from].Command >= 0 && segment >= 0 && segment < plan.Segments.Count && plan.Segments[(int)segment].Label is { Length: > 0 } label && to < flips.Count)
            {
                Trials.Add(new ShownTrial(label, flips[from].FlippedNs, flips[to].FlippedNs, to - from));
            }
        }
    }

    // Each bin of activity counts in proportion to what of it lies in the presentation; presentations that the recorded activity does not cover are left out.
    private void Rate(long delayNs)
    {
        _activity.Sort(static (a, b) => a.StartNs.CompareTo(b.StartNs));
        var rates = new List<float[]>();
        var kept = new List<ShownTrial>();
        var first = 0;
        foreach (var trial in Trials)
        {
            var (from, to) = (trial.OnsetNs + delayNs, trial.EndNs + delayNs);
            while (first < _activity.Count && _activity[first].EndNs <= from)
            {
                first++;
            }
            var rate = new float[UnitIds.Length];
            var covered = 0L;
            for (var at = first; at < _activity.Count && _activity[at].StartNs < to; at++)
            {
                var (startNs, endNs, counts) = _activity[at];
                var overlap = Math.Min(endNs, to) - Math.Max(startNs, from);
                if (overlap <= 0)
                {
                    continue;
                }
                covered += overlap;
                var share = (float)overlap / (endNs - startNs);
                for (var unit = 0; unit < rate.Length; unit++)
                {
                    rate[unit] += share * counts[unit];
                }
            }
            if (covered < 0.95 * (to - from))
            {
                continue;
            }
            for (var unit = 0; unit < rate.Length; unit++)
            {
                rate[unit] *= (float)((double)RigClock.SecondNs / covered);
            }
            rates.Add(rate);
            kept.Add(trial);
        }
        Trials.Clear();
        Trials.AddRange(kept);
        Rates = [.. rates];
        _activity.Clear();
    }

    /// <summary>The rates by label, [repeats][U] each, in the order of presentation.</summary>
    public Dictionary<string, List<float[]>> ByLabel()
    {
        var byLabel = new Dictionary<string, List<float[]>>();
        for (var trial = 0; trial < Trials.Count; trial++)
        {
            if (!byLabel.TryGetValue(Trials[trial].Label, out var rates))
            {
                byLabel.Add(Trials[trial].Label, rates = []);
            }
            rates.Add(Rates[trial]);
        }
        return byLabel;
    }

    // What is needed of a display's record of a flip.
    private readonly record struct Flip(long Command, long Segment, long FlippedNs)
    {
        public static readonly string[] Fields = ["command", "segment", "flipped_ns"];

        public static Flip Read(ReadOnlySpan<byte> record, int[] columns) => new(At(record, columns[0]), At(record, columns[1]), At(record, columns[2]));

        private static long At(ReadOnlySpan<byte> record, int column) => BinaryPrimitives.ReadInt64LittleEndian(record[(column * sizeof(long))..]);
    }
}
