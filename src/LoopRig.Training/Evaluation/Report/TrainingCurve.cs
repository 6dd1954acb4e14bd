using System.Globalization;

namespace LoopRig.Training;

/// <summary>How a run went, epoch by epoch: the numeric columns of its metrics.csv.</summary>
/// <param name="Name">The run.</param>
/// <param name="Columns">Values by column; NaN where there is none.</param>
public sealed record TrainingCurve(string Name, IReadOnlyDictionary<string, double[]> Columns)
{
    /// <summary>Reads a run folder's metrics; null when it has none.</summary>
    public static TrainingCurve? Read(string name, string folder)
    {
        string path = Path.Combine(folder, "metrics.csv");
        if (!File.Exists(path))
            return null;
        string[][] rows = [.. File.ReadLines(path).Where(static line => line.Length > 0).Select(static line => line.Split(','))];
        if (rows.Length < 2)
            return null;
        return new TrainingCurve(name, rows[0].Select((column, at) => (column, at)).ToDictionary(
            static pair => pair.column,
            pair => rows.Skip(1).Select(row => pair.at < row.Length && double.TryParse(row[pair.at], CultureInfo.InvariantCulture, out double value) ? value : double.NaN).ToArray()));
    }

    /// <summary>The columns whose name holds one of the words, in their order.</summary>
    public IEnumerable<KeyValuePair<string, double[]>> With(params string[] words)
        => Columns.Where(column => Array.Exists(words, word => column.Key.Contains(word, StringComparison.OrdinalIgnoreCase)) && Array.Exists(column.Value, double.IsFinite));
}
