using LoopRig.Core;
using LoopRig.Recording;

namespace LoopRig.Training;

/// <summary>Makes a data set of a recorded session: its samples pass the aligner again in the order and at the times of their receipt.</summary>
public static class SessionDataset
{
    /// <summary>Reads a session.</summary>
    /// <param name="session">The session; only its log is read.</param>
    /// <param name="spec">What to make.</param>
    /// <param name="stop">Ends the reading with an exception.</param>
    /// <exception cref="RecordingException">The log cannot be read.</exception>
    /// <exception cref="LoopRigException">The session lacks an input, the activity, or bins that have both.</exception>
    public static Dataset Read(SessionReader session, DatasetSpec spec, CancellationToken stop = default)
    {
        StreamDescriptor[] streams = [.. session.BuildIndex(stop).Streams.Select(static stream => stream.Descriptor).OfType<StreamDescriptor>()];
        var builder = new DatasetBuilder(streams, spec, session.Info.SyncReference);
        byte[][] topics = Array.ConvertAll(streams, static stream => System.Text.Encoding.UTF8.GetBytes(stream.Name + '\0'));
        long receivedNs = long.MinValue;
        using SessionCursor cursor = session.OpenCursor();
        while (cursor.Read())
        {
            stop.ThrowIfCancellationRequested();
            if (!cursor.TryMessage(out FrameHeader header, out ReadOnlySpan<byte> payload) || header.Kind != MessageKind.Samples)
                continue;
            int stream = Find(topics, cursor.Topic);
            if (stream < 0)
                continue;
            // Streams of different inlets may lie in the log a little out of order; time does not go back for that.
            receivedNs = Math.Max(receivedNs, header.HostTimeNs);
            builder.Add(stream, header, payload, receivedNs);
        }
        return builder.Build();
    }

    private static int Find(byte[][] topics, ReadOnlySpan<byte> topic)
    {
        for (int stream = 0; stream < topics.Length; stream++)
        {
            if (topic.SequenceEqual(topics[stream]))
                return stream;
        }
        return -1;
    }
}
