using System.Globalization;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Stimulus.Live;

/// <summary>A flip log as a table: CSV, one line a flip, the columns of <see cref="FlipRecord.Channels"/>.</summary>
public static class FlipLog
{
    /// <summary>Writes a table.</summary>
    /// <exception cref="DataFileException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<FlipRecord> records)
    {
        try
        {
            using var writer = new StreamWriter(path);
            writer.WriteLine(string.Join(',', FlipRecord.Channels));
            var numbers = MemoryMarshal.Cast<FlipRecord, long>(records);
            for (var i = 0; i < numbers.Length; i++)
            {
                writer.Write(numbers[i].ToString(CultureInfo.InvariantCulture));
                writer.Write((i + 1) % FlipRecord.Channels.Length == 0 ? '\n' : ',');
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, e.Message, e);
        }
    }

    /// <summary>Reads the numbers and times of the flips, for <see cref="Core.Stimuli.FlipCodeDecoder"/>.</summary>
    /// <returns>The first flip's number, and the times, s of the rig clock since the first flip.</returns>
    /// <exception cref="DataFileException">The file is no flip log, or flips are missing from it.</exception>
    public static (long First, double[] TimesS) ReadTimes(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
        var columns = lines.Length > 0 ? lines[0].Split(',') : [];
        var (flip, time) = (Array.IndexOf(columns, "flip"), Array.IndexOf(columns, "flipped_ns"));
        if (flip < 0 || time < 0 || lines.Length < 2)
        {
            throw new DataFileException(path, "is no flip log: columns flip and flipped_ns belong in it, and a line a flip");
        }
        var times = new double[lines.Length - 1];
        long first = 0, begin = 0;
        for (var i = 1; i < lines.Length; i++)
        {
            var fields = lines[i].Split(',');
            if (fields.Length <= Math.Max(flip, time) || !long.TryParse(fields[flip], out var number) || !long.TryParse(fields[time], out var ns))
            {
                throw new DataFileException(path, $"line {i + 1} is no flip: '{lines[i]}'");
            }
            (first, begin) = i == 1 ? (number, ns) : (first, begin);
            if (number != first + i - 1)
            {
                throw new DataFileException(path, $"line {i + 1}: flip {number} follows flip {first + i - 2}; flips are missing");
            }
            times[i - 1] = (ns - begin) / 1e9;
        }
        return (first, times);
    }
}
