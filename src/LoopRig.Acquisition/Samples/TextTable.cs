using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Numbers as text: a line a row, separated by commas, semicolons, tabs or blanks; a first line of names is allowed, an empty field is NaN.</summary>
internal sealed class TextTable : ISampleTable
{
    private readonly List<double> _values = [];

    internal TextTable(string path)
    {
        if (!File.Exists(path)) throw new DataFileException(path, "no such file");
        char separator = '\0';
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            line++;
            string row = text.Trim(' ', '\r', '\uFEFF');
            if (row.Length == 0) continue;
            if (separator == '\0') separator = SeparatorOf(row);
            string[] fields = row.Split(separator, StringSplitOptions.TrimEntries | (separator == ' ' ? StringSplitOptions.RemoveEmptyEntries : StringSplitOptions.None));
            if (Columns == 0)
            {
                Columns = fields.Length;
                if (Array.Exists(fields, field => field.Length > 0 && !TryParse(field, out _)))
                {
                    Names = fields;
                    continue;
                }
            }

            Add(path, line, fields);
        }

        if (Rows == 0) throw new DataFileException(path, "holds no numbers");
    }

    public int Rows => Columns == 0 ? 0 : _values.Count / Columns;

    public int Columns { get; }

    public IReadOnlyList<string> Names { get; } = [];

    public void ReadRow(int row, Span<double> destination)
    {
        for (int i = 0; i < Columns; i++) destination[i] = _values[(row * Columns) + i];
    }

    public void Dispose()
    {
    }

    private static char SeparatorOf(string row) => row.Contains(',') ? ',' : row.Contains(';') ? ';' : row.Contains('\t') ? '\t' : ' ';

    private static bool TryParse(string field, out double value) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private void Add(string path, int line, string[] fields)
    {
        if (fields.Length != Columns) throw new DataFileException(path, $"line {line} has {fields.Length} columns, the lines before it {Columns}");
        for (int i = 0; i < fields.Length; i++)
        {
            double value = double.NaN;
            if (fields[i].Length > 0 && !TryParse(fields[i], out value)) throw new DataFileException(path, $"line {line}, column {i}: '{fields[i]}' is no number");
            _values.Add(value);
        }
    }
}
