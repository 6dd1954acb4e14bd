using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Streams recorded activity, one value a unit. A row of counts has its bin's start for a time and is published at its end, because only then can it be
/// known; a row of traces has the time of its sample.
/// </summary>
public sealed class NeuralActivityAdapter : IAdapter
{
    private readonly NeuralActivityOptions _options;
    private readonly NpyTable _table;
    private readonly long _binNs;
    private readonly double[] _row;
    private readonly float[] _values;

    /// <summary>Opens the file.</summary>
    /// <exception cref="DataFileException">A file is wrong, there are not as many ids as units, or one stands twice.</exception>
    public NeuralActivityAdapter(NeuralActivityOptions options)
    {
        _options = options;
        if (!(options.BinMs > 0)) throw new DeviceException(options.Name, "binMs: more than 0");
        _binNs = (long)Math.Round(options.BinMs * 1e6);
        _table = new NpyTable(options.Source);
        string[] ids;
        try
        {
            ids = UnitIds.Of(options, _table.Columns);
        }
        catch
        {
            _table.Dispose();
            throw;
        }

        _row = new double[_table.Columns];
        _values = new float[_table.Columns];
        Streams =
        [
            new StreamDescriptor
            {
                Name = options.Name,
                Kind = StreamKind.Activity,
                DType = DType.F32,
                Shape = [_table.Columns],
                Channels = ids,
                Units = [options.Traces ? "a.u." : "count"],
                RateHz = 1000 / options.BinMs,
                BinNs = options.Traces ? 0 : _binNs,
                Source = options.Source,
            },
        ];
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Always 0: a file loses nothing.</summary>
    public long Drops => 0;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using PlaybackClock clock = new(_options.Pace, stop);
        FrameHeader header = FrameHeader.Samples(DType.F32, [_table.Columns], 0);
        while (true)
        {
            for (int row = 0; row < _table.Rows; row++)
            {
                _table.ReadRow(row, _row);
                for (int i = 0; i < _row.Length; i++) _values[i] = (float)_row[i];
                long offset = row * _binNs;
                long due = _options.Traces ? offset : offset + _binNs;
                if (!clock.WaitUntilDue(due)) return;
                clock.Stamp(ref header, offset, due);
                output.Publish(0, header, MemoryMarshal.AsBytes(_values.AsSpan()));
                clock.EndFirstSample();
            }

            if (!_options.Loop) return;
            clock.StartOver(_table.Rows * _binNs);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _table.Dispose();
}
