using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>The names by which units are known from the recording to the network's predictions: as many as units, none of them twice.</summary>
internal static class UnitIds
{
    /// <exception cref="DataFileException">There are not as many ids as units, one is empty or stands twice, or their file cannot be read.</exception>
    internal static string[] Of(NeuralActivityOptions options, int units)
    {
        if (options.UnitIds.Length > 0 && options.UnitIdsFile is not null) throw new DataFileException(options.UnitIdsFile, "unitIds and unitIdsFile are both given: which are the units' ids?");
        bool fromFile = options.UnitIdsFile is not null;
        string where = fromFile ? options.UnitIdsFile! : options.Source, key = fromFile ? "" : "unitIds: ";
        string[] ids = fromFile ? Read(where) : options.UnitIds.Length > 0 ? options.UnitIds : [.. Enumerable.Range(0, units).Select(Text)];
        if (ids.Length != units) throw new DataFileException(where, $"{key}{ids.Length} ids for {units} units{(fromFile ? $" of {options.Source}" : "")}");
        Dictionary<string, int> seen = [];
        for (int i = 0; i < ids.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(ids[i])) throw new DataFileException(where, $"{key}unit {i} has no id");
            if (!seen.TryAdd(ids[i], i)) throw new DataFileException(where, $"{key}units {seen[ids[i]]} and {i} (counted from 0) are both called '{ids[i]}'");
        }

        return ids;
    }

    private static string[] Read(string path)
    {
        if (!path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            if (!File.Exists(path)) throw new DataFileException(path, "no such file");
            string[] lines = File.ReadAllText(path).Split('\n');
            return [.. lines.Take(lines[^1].Length == 0 ? lines.Length - 1 : lines.Length).Select(line => line.Trim())];
        }

        using NpyFile file = new(path);
        double[] numbers = file.ReadDoubles();
        if (file.Shape.Length != 1 || Array.Exists(numbers, n => n != Math.Floor(n))) throw new DataFileException(path, "an array of whole numbers, one a unit, is wanted");
        return [.. numbers.Select(n => Text((long)n))];
    }

    private static string Text(int number) => Text((long)number);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
