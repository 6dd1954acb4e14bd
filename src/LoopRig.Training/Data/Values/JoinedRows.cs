namespace LoopRig.Training;

/// <summary>Several stretches of bins as one.</summary>
internal sealed class JoinedRows : IBinValues
{
    private readonly IBinValues[] _parts;
    private readonly int[] _starts;

    public JoinedRows(IEnumerable<IBinValues> parts)
    {
        _parts = [.. parts];
        _starts = new int[_parts.Length];
        for (int part = 0; part < _parts.Length; part++)
        {
            _starts[part] = Bins;
            Bins += _parts[part].Bins;
        }
    }

    public int Bins { get; }

    public int Length => _parts[0].Length;

    public void Read(int first, Span<float> destination)
    {
        int bins = destination.Length / Length;
        for (int done = 0; done < bins;)
        {
            int at = Array.BinarySearch(_starts, first + done), part = at >= 0 ? at : ~at - 1;
            int from = first + done - _starts[part], count = Math.Min(bins - done, _parts[part].Bins - from);
            _parts[part].Read(from, destination.Slice(done * Length, count * Length));
            done += count;
        }
    }

    public void Dispose()
    {
        foreach (IBinValues part in _parts)
            part.Dispose();
    }
}
