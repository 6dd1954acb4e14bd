using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>A recorded encoder: times and counts of a NumPy array, of an encoder module's text log, or of a Harp register.</summary>
internal sealed class EncoderLog
{
    private const double MicrosecondWrap = 4294967296; // the encoder module counts microseconds in 32 bits

    private EncoderLog(long[] timesNs, double[] counts, int counterBits) => (TimesNs, Counts, CounterBits) = (timesNs, counts, counterBits);

    /// <summary>From the first sample, ns; never falling.</summary>
    internal long[] TimesNs { get; }

    /// <summary>As they were recorded.</summary>
    internal double[] Counts { get; }

    /// <summary>The width of the counter that they come from; 0: they do not begin again.</summary>
    internal int CounterBits { get; }

    /// <exception cref="DataFileException">The file is no log of an encoder.</exception>
    internal static EncoderLog Read(string path, int counterBits, HarpEncoderOptions? harp) => harp is null ? ReadTable(path) : ReadHarp(path, counterBits, harp);

    private static EncoderLog ReadTable(string path)
    {
        bool isArray = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
        using ISampleTable table = isArray ? new NpyTable(path) : new TextTable(path);
        if (table.Columns != 2 || table.Names.Count > 0) throw new DataFileException(path, $"{table.Columns} columns, where an encoder's log has two: time and position");
        double scale = isArray ? 1e9 : 1e3;
        long[] times = new long[table.Rows];
        double[] counts = new double[table.Rows];
        Span<double> row = stackalloc double[2];
        double firstTime = 0, wrapped = 0, lastTime = 0, carried = 0, lastCount = 0;
        for (int i = 0; i < times.Length; i++)
        {
            table.ReadRow(i, row);
            if (!double.IsFinite(row[0]) || !double.IsFinite(row[1])) throw new DataFileException(path, $"row {i}: not a number");
            if (i == 0) firstTime = lastTime = row[0];
            if (!isArray && row[0] < lastTime - (MicrosecondWrap / 2)) wrapped += MicrosecondWrap;
            lastTime = row[0];

            // The rig's state machine sets the encoder to zero between trials. The module logs every single count, so a longer step to zero is such a
            // reset and no movement.
            if (!isArray && i > 0 && row[1] == 0 && Math.Abs(lastCount) > 1) carried += lastCount;
            lastCount = row[1];

            times[i] = (long)Math.Round((row[0] + wrapped - firstTime) * scale);
            counts[i] = row[1] + carried;
            if (i > 0 && times[i] < times[i - 1]) throw new DataFileException(path, $"row {i}: its time lies before the row before it");
        }

        return new EncoderLog(times, counts, counterBits: 0);
    }

    // Messages back to back, as Harp's own tools log a register.
    private static EncoderLog ReadHarp(string path, int counterBits, HarpEncoderOptions harp)
    {
        List<long> times = [];
        List<double> counts = [];
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }

        long first = 0;
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            if (HarpMessage.TryRead(rest, out HarpMessage message, out int length) != ParseOutcome.Message)
                throw new DataFileException(path, $"byte {bytes.Length - rest.Length}: no message of the Harp protocol");
            rest = rest[length..];
            if (message.Kind != HarpKind.Event || message.Address != harp.Register) continue;
            if (harp.Fault(message, counterBits) is { } fault) throw new DataFileException(path, fault);
            if (times.Count == 0) first = message.TimeNs;
            times.Add(message.TimeNs - first);
            counts.Add(message[harp.Element]);
            if (times.Count > 1 && times[^1] < times[^2]) throw new DataFileException(path, $"event {times.Count - 1}: its time lies before the event before it");
        }

        if (times.Count == 0) throw new DataFileException(path, $"holds no event of register {harp.Register}");
        return new EncoderLog([.. times], [.. counts], counterBits);
    }
}
