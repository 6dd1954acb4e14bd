namespace LoopRig.Core;

/// <summary>
/// Looks at every message that a receiver takes and notes what is wrong: losses, gaps, frozen pictures and values, scattered delivery, clocks that jump,
/// messages of another shape. One thread feeds it, another takes the notes; feeding allocates nothing and takes no lock. Garbage never gets here: the
/// receiver refuses and counts it.
/// </summary>
/// <remarks>
/// Every threshold follows the stream's own rate: a gap is more than five times the time between messages and more than 100 ms of the device's own time,
/// a silence five times and 500 ms of the rig's. A stream without a rate promises nothing, so that it can neither fall silent nor have gaps.
/// </remarks>
public sealed class StreamMonitor
{
    /// <summary>The shortest time without a message that is called a silence, ns.</summary>
    public const long LeastSilenceNs = 500 * RigClock.MillisecondNs;

    /// <summary>A source that was silent for longer than this counts as gone, ns.</summary>
    public const long GoneNs = 5 * RigClock.SecondNs;

    private const int Room = 4096;

    private readonly StreamSense[] _streams;
    private readonly NoteRing _notes = new(Room);

    /// <summary>Prepares to look at streams.</summary>
    /// <param name="streams">The session's stream table.</param>
    public StreamMonitor(IReadOnlyList<StreamDescriptor> streams)
    {
        _streams = [.. streams.Select((s, i) => new StreamSense(i, s, _notes))];
    }

    /// <summary>Notes that found no room because nobody took them in time.</summary>
    public long LeftOut => _notes.LeftOut;

    /// <summary>Feeding thread: looks at a sound message.</summary>
    /// <param name="stream">The stream's place in the table.</param>
    /// <param name="header">The message's header, marked <see cref="FrameFlags.NewEpoch"/> on the first of an epoch.</param>
    /// <param name="payload">Its payload, the block's times in front if it is a block.</param>
    /// <param name="receivedNs">When it was received, ns on the rig clock.</param>
    /// <param name="refused">How many messages of the stream the receiver has refused so far.</param>
    public void Look(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, long receivedNs, long refused) =>
        _streams[stream].Look(header, payload, receivedNs, refused);

    /// <summary>The other thread: takes the oldest note; false when there is none.</summary>
    public bool TryTake(out FaultNote note) => _notes.TryTake(out note);

    /// <summary>Whether a stream repeats itself now. Any thread may ask.</summary>
    public bool IsFrozen(int stream) => _streams[stream].IsFrozen;

    /// <summary>For how long nothing may come before a stream counts as silent, ns; <see cref="long.MaxValue"/> where nothing was promised. Any thread may ask.</summary>
    public long SilenceNs(int stream) => _streams[stream].SilenceNs;
}
