using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Times and unwrapped encoder positions of a wheel.</summary>
internal sealed class WheelLog
{
    private const double MicrosecondWrap = 4294967296; // the encoder module counts microseconds in 32 bits

    private WheelLog(long[] timesNs, double[] counts) => (TimesNs, Counts) = (timesNs, counts);

    /// <summary>From the first sample, ns; never falling.</summary>
    internal long[] TimesNs { get; }

    internal double[] Counts { get; }

    /// <exception cref="DataFileException">The file is no log of a wheel.</exception>
    internal static WheelLog Read(string path)
    {
        bool isArray = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
        using ISampleTable table = isArray ? new NpyTable(path) : new TextTable(path);
        if (table.Columns != 2 || table.Names.Count > 0) throw new DataFileException(path, $"{table.Columns} columns, where a wheel's log has two: time and position");
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

        return new WheelLog(times, counts);
    }
}
