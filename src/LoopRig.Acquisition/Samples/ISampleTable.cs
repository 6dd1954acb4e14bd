namespace LoopRig.Acquisition;

/// <summary>Numbers in rows and columns.</summary>
internal interface ISampleTable : IDisposable
{
    int Rows { get; }

    int Columns { get; }

    /// <summary>The columns' names; empty where the file has none.</summary>
    IReadOnlyList<string> Names { get; }

    void ReadRow(int row, Span<double> destination);
}
