using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>Where records are written: the session's log itself, or an inlet that leads to it from another thread. One thread uses one output.</summary>
public interface IRecordOutput
{
    /// <summary>Lends the memory for the body of the next record; <see cref="Commit"/> hands it over.</summary>
    /// <param name="kind">What the body holds.</param>
    /// <param name="topicLength">Bytes of the topic that the body begins with; 0 without one.</param>
    /// <param name="bodyLength">Bytes of the body.</param>
    /// <param name="timeNs">When the matter was in hand, ns on the rig clock.</param>
    /// <exception cref="RecordingException">Recording has failed, or does not keep up; the run must stop.</exception>
    Span<byte> Claim(RecordKind kind, int topicLength, int bodyLength, long timeNs);

    /// <summary>Hands the claimed record over.</summary>
    void Commit();
}

/// <summary>The records of a session, onto any output. None of these calls allocates.</summary>
public static class RecordOutputs
{
    /// <summary>Records a wire message verbatim.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="topic">The first part, terminator included.</param>
    /// <param name="header">The second part.</param>
    /// <param name="payload">The third part.</param>
    /// <param name="timeNs">When it was in hand, ns on the rig clock.</param>
    public static void WriteMessage(this IRecordOutput output, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, long timeNs)
    {
        var body = output.Claim(RecordKind.Message, topic.Length, topic.Length + header.Length + payload.Length, timeNs);
        topic.CopyTo(body);
        header.CopyTo(body[topic.Length..]);
        payload.CopyTo(body[(topic.Length + header.Length)..]);
        output.Commit();
    }

    /// <summary>Records a bin.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="bin">What the loop did.</param>
    /// <param name="streams">The samples used, in the order of the session's <see cref="SessionInfo.InputStreams"/>.</param>
    /// <param name="timeNs">Now, ns on the rig clock.</param>
    public static void WriteBin(this IRecordOutput output, in BinRecord bin, ReadOnlySpan<SampleRange> streams, long timeNs)
    {
        RecordedBin.Write(output.Claim(RecordKind.Bin, 0, RecordedBin.BodyLength(streams.Length), timeNs), bin, streams);
        output.Commit();
    }

    /// <summary>Records messages that were lost.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="topic">The stream's topic, terminator included.</param>
    /// <param name="drop">What was lost.</param>
    /// <param name="timeNs">When that was seen, ns on the rig clock.</param>
    public static void WriteDrop(this IRecordOutput output, ReadOnlySpan<byte> topic, in DropRecord drop, long timeNs)
    {
        var body = output.Claim(RecordKind.Drop, topic.Length, topic.Length + LossFormat.DropLength, timeNs);
        topic.CopyTo(body);
        LossFormat.Write(body[topic.Length..], drop);
        output.Commit();
    }

    /// <summary>Records a message that came too late.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="topic">The stream's topic, terminator included.</param>
    /// <param name="late">What was late.</param>
    /// <param name="timeNs">When that was seen, ns on the rig clock.</param>
    public static void WriteLate(this IRecordOutput output, ReadOnlySpan<byte> topic, in LateRecord late, long timeNs)
    {
        var body = output.Claim(RecordKind.Late, topic.Length, topic.Length + LossFormat.LateLength, timeNs);
        topic.CopyTo(body);
        LossFormat.Write(body[topic.Length..], late);
        output.Commit();
    }

    /// <summary>Records something rare, as UTF-8 JSON with a <c>kind</c> key.</summary>
    public static void WriteEvent(this IRecordOutput output, ReadOnlySpan<byte> json, long timeNs)
    {
        json.CopyTo(output.Claim(RecordKind.Event, 0, json.Length, timeNs));
        output.Commit();
    }
}
