using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Streams recorded samples (.npy, .csv) as a vector stream of single precision, sample by sample or in blocks with one time a sample.</summary>
public sealed class SamplesAdapter : IAdapter
{
    private readonly SamplesOptions _options;
    private readonly ISampleTable _table;
    private readonly int[] _columns;
    private readonly double[] _row;
    private readonly byte[] _payload;
    private readonly long[] _times;

    /// <summary>Opens the file and checks its times.</summary>
    /// <exception cref="DataFileException">The file, a column or a time is wrong.</exception>
    /// <exception cref="DeviceException">An option is.</exception>
    public SamplesAdapter(SamplesOptions options)
    {
        _options = options;
        if (options.TimeColumn < 0 && !(options.RateHz > 0)) throw new DeviceException(options.Name, "rateHz: a file without a time column needs its rate");
        if (options.BlockSamples < 1) throw new DeviceException(options.Name, "blockSamples: at least 1");
        if (options.Units.Length > 1 && options.Units.Length != options.Channels.Length) throw new DeviceException(options.Name, "units: one for all, or one a channel");
        _table = options.Source.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? new NpyTable(options.Source) : new TextTable(options.Source);
        try
        {
            _columns = SampleColumns.Resolve(options, _table);
            _row = new double[_table.Columns];
            _times = options.TimeColumn < 0 ? [] : ReadTimes();
        }
        catch
        {
            _table.Dispose();
            throw;
        }

        _payload = new byte[options.BlockSamples * (sizeof(long) + (sizeof(float) * _columns.Length))];
        Streams =
        [
            new StreamDescriptor
            {
                Name = options.Name,
                Kind = StreamKind.Vector,
                DType = DType.F32,
                Shape = [_columns.Length],
                Channels = options.Channels,
                Units = options.Units,
                RateHz = options.TimeColumn < 0 ? options.RateHz : MeanRate(),
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
        while (true)
        {
            for (int row = 0; row < _table.Rows; row += _options.BlockSamples)
            {
                int samples = Math.Min(_options.BlockSamples, _table.Rows - row);
                long last = OffsetNs(row + samples - 1);
                int length = Fill(row, samples, clock);
                FrameHeader header = Header(samples);
                if (!clock.WaitUntilDue(last)) return;
                clock.Stamp(ref header, last, last);
                output.Publish(0, header, _payload.AsSpan(0, length));
                clock.EndFirstSample();
            }

            if (!_options.Loop) return;
            clock.StartOver(OffsetNs(_table.Rows));
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _table.Dispose();

    private FrameHeader Header(int samples)
    {
        if (_options.BlockSamples == 1) return FrameHeader.Samples(DType.F32, [_columns.Length], 0);
        FrameHeader header = FrameHeader.Samples(DType.F32, [samples, _columns.Length], 0);
        header.Flags = FrameFlags.SampleTimes;
        return header;
    }

    private int Fill(int firstRow, int samples, PlaybackClock clock)
    {
        int at = 0;
        if (_options.BlockSamples > 1)
        {
            for (int i = 0; i < samples; i++, at += sizeof(long)) BinaryPrimitives.WriteInt64LittleEndian(_payload.AsSpan(at), clock.ToRig(OffsetNs(firstRow + i)));
        }

        for (int i = 0; i < samples; i++)
        {
            _table.ReadRow(firstRow + i, _row);
            foreach (int column in _columns)
            {
                BinaryPrimitives.WriteSingleLittleEndian(_payload.AsSpan(at), (float)_row[column]);
                at += sizeof(float);
            }
        }

        return at;
    }

    // From the first sample; of the row after the last one: where the next round begins, one more of the last interval on.
    private long OffsetNs(int row)
    {
        if (_times.Length == 0) return (long)Math.Round(row * 1e9 / _options.RateHz);
        if (row < _times.Length) return _times[row];
        return _times[^1] + (_times.Length > 1 ? _times[^1] - _times[^2] : RigClock.SecondNs);
    }

    private long[] ReadTimes()
    {
        long[] times = new long[_table.Rows];
        double first = 0;
        for (int row = 0; row < times.Length; row++)
        {
            _table.ReadRow(row, _row);
            double time = _row[_options.TimeColumn];
            if (row == 0) first = time;
            times[row] = (long)Math.Round((time - first) * 1e9);
            if (!double.IsFinite(time) || (row > 0 && times[row] < times[row - 1]))
                throw new DataFileException(_options.Source, $"sample {row}: its time, {time:R} s in column {_options.TimeColumn}, is not after the one before it");
        }

        return times;
    }

    private double MeanRate() => _times.Length > 1 && _times[^1] > 0 ? (_times.Length - 1) * 1e9 / _times[^1] : 0;
}
