using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>A recorded wheel or treadmill, played as a device would send it: raw counts with their times, and what <see cref="TreadmillProcessor"/> makes of them.</summary>
public sealed class RecordedTreadmill : IAdapter
{
    // Counts that came within this go out together; the playback waits once for them.
    private const long StepNs = 10 * RigClock.MillisecondNs;

    private readonly EncoderLog _log;
    private readonly TreadmillProcessor _processor;
    private readonly Pace _pace;
    private readonly bool _loop;
    private readonly byte[] _payload;

    /// <summary>Reads the recording.</summary>
    /// <param name="treadmill">The treadmill.</param>
    /// <param name="source">A .npy of (samples, 2): s, counts; an encoder module's log: us and counts, a line a count; or, with <paramref name="harp"/>, the log of a Harp register.</param>
    /// <param name="harp">Where a Harp log has its counts; null for the other files.</param>
    /// <param name="loop">Starts over at its end, with a new epoch; time goes on.</param>
    /// <param name="pace">How it is played.</param>
    /// <exception cref="DataFileException">The file is no log of an encoder.</exception>
    /// <exception cref="DeviceException">An option is out of range.</exception>
    public RecordedTreadmill(TreadmillOptions treadmill, string source, HarpEncoderOptions? harp, bool loop, Pace pace)
    {
        treadmill.Check();
        (Name, _loop, _pace) = (treadmill.Name, loop, pace);
        _log = EncoderLog.Read(source, treadmill.CounterBits, harp);
        StreamDescriptor counts = EncoderFeed.Describe(treadmill.Name, source, EncoderFeed.RigClockName); // the playback lays it on the rig's clock
        counts = counts with { RateHz = _log.TimesNs[^1] > 0 ? Math.Round((_log.TimesNs.Length - 1) * 1e9 / _log.TimesNs[^1], 3) : 0 };
        _processor = new TreadmillProcessor(treadmill with { CounterBits = _log.CounterBits }, counts);
        Streams = [_processor.Streams[0], counts];
        _payload = new byte[MostInAStep() * (sizeof(long) + sizeof(double))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Always 0: a file loses nothing.</summary>
    public long Drops => 0;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using PlaybackClock clock = new(_pace, stop);
        long endNs = _log.TimesNs[^1];
        while (true)
        {
            int row = 0;
            for (long due = 0; due < endNs + StepNs; due += StepNs)
            {
                if (!clock.WaitUntilDue(Math.Min(due, endNs))) return;
                int last = row;
                while (last < _log.TimesNs.Length && _log.TimesNs[last] <= due) last++;
                if (last > row) Publish(row, last - row, Math.Min(due, endNs), clock, output);
                row = last;
                _processor.Advance(clock.ToRig(Math.Min(due, endNs)), _pace == Pace.RealTime ? 0 : clock.ToRig(Math.Min(due, endNs)), output);
            }

            if (!_loop) return;
            clock.StartOver(endNs + (endNs / Math.Max(1, _log.TimesNs.Length - 1))); // one more of the usual intervals
        }
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose() => _processor.Dispose();

    private void Publish(int row, int count, long dueNs, PlaybackClock clock, IStreamOutput output)
    {
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_payload.AsSpan(i * sizeof(long)), clock.ToRig(_log.TimesNs[row + i]));
            BinaryPrimitives.WriteDoubleLittleEndian(_payload.AsSpan((count * sizeof(long)) + (i * sizeof(double))), _log.Counts[row + i]);
        }

        FrameHeader header = FrameHeader.Samples(DType.F64, [count, 1], 0);
        header.Flags = FrameFlags.SampleTimes;
        clock.Stamp(ref header, _log.TimesNs[row + count - 1], dueNs);
        ReadOnlySpan<byte> payload = _payload.AsSpan(0, count * (sizeof(long) + sizeof(double)));
        output.Publish(EncoderFeed.CountsStream, header, payload);
        _processor.Process(header, payload, output);
        clock.EndFirstSample();
    }

    private int MostInAStep()
    {
        int most = 0, first = 0;
        for (int i = 0; i < _log.TimesNs.Length; i++)
        {
            while (_log.TimesNs[i] - _log.TimesNs[first] > StepNs) first++;
            most = Math.Max(most, i - first + 1);
        }

        return most;
    }
}
