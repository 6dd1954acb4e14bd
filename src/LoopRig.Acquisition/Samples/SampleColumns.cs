using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Which columns of a file become which channels.</summary>
internal static class SampleColumns
{
    /// <summary>The number of each channel's column.</summary>
    /// <exception cref="DataFileException">A column does not exist, or there are not as many as channels.</exception>
    internal static int[] Resolve(SamplesOptions options, ISampleTable table)
    {
        if (options.TimeColumn >= table.Columns) throw new DataFileException(options.Source, $"timeColumn: there is no column {options.TimeColumn}, the file has {table.Columns}");
        int[] columns = options.Columns.Length > 0
            ? [.. options.Columns.Select(name => Find(options.Source, table, name))]
            : [.. Enumerable.Range(0, table.Columns).Where(i => i != options.TimeColumn)];
        if (columns.Length != options.Channels.Length)
            throw new DataFileException(options.Source, $"channels: {options.Channels.Length} names ({string.Join(", ", options.Channels)}) for {columns.Length} columns{Listed(table)}");
        return columns;
    }

    private static int Find(string source, ISampleTable table, string name)
    {
        for (int i = 0; i < table.Names.Count; i++)
        {
            if (table.Names[i] == name) return i;
        }

        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < table.Columns) return number;
        throw new DataFileException(source, $"columns: there is no column '{name}'{Listed(table)}");
    }

    private static string Listed(ISampleTable table) => table.Names.Count > 0 ? $"; the file has {string.Join(", ", table.Names)}" : $"; the file has {table.Columns}";
}
