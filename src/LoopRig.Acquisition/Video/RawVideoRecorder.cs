using System.Globalization;
using System.Text.Unicode;
using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Writes every frame of a source, as it comes, into a lossless video NAME.mkv and a line for each into NAME.times.csv: the frame's place in the video, its
/// number at the source, epoch, device time and host time (ns). On a thread of its own behind a bounded queue; what finds the queue full is reported and shows
/// in the list as missing numbers. Each frame and line is handed to the system before the next, so that a killed process loses at most what was in the queue.
/// </summary>
internal sealed class RawVideoRecorder : IDisposable
{
    private const int MostFrames = 64;
    private const long QueueBytes = 128L << 20;

    private readonly string _path;
    private readonly SlotRing _ring;
    private readonly Image _frame;
    private readonly VideoWriter _video;
    private readonly FileStream _times;
    private readonly SemaphoreSlim _filled = new(0);
    private readonly Thread _thread;
    private long _firstNs = long.MinValue;
    private uint _epoch;
    private long _lostFromNs;
    private long _lost;
    private volatile bool _ending;
    private volatile string? _failure;
    private bool _failureTold;

    /// <exception cref="DataFileException">The files cannot be created.</exception>
    internal RawVideoRecorder(string folder, StreamDescriptor frames, FieldOrder fields)
    {
        int channels = frames.Shape.Length == 3 ? frames.Shape[2] : 1;
        _path = Path.Combine(folder, frames.Name + ".mkv");
        _frame = new Image(frames.Shape[1], frames.Shape[0], channels);
        _ring = new SlotRing((int)Math.Clamp(QueueBytes / frames.SampleBytes, 4, MostFrames), frames.SampleBytes);
        _video = new VideoWriter(_path, _frame.Width, _frame.Height, channels, frames.RateHz, fields);
        try
        {
            _times = new FileStream(Path.Combine(folder, frames.Name + ".times.csv"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            _times.Write("frame,number,epoch,device_ns,host_ns\n"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _video.Dispose();
            throw new DataFileException(Path.Combine(folder, frames.Name + ".times.csv"), e.Message, e);
        }

        _thread = new Thread(Write) { Name = $"raw {frames.Name}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Frames that found the queue full.</summary>
    internal long Dropped => _ring.Dropped;

    /// <summary>From the source's thread: copies a frame into the queue.</summary>
    internal void Take(Image frame, long number, in FrameHeader header, IStreamOutput output)
    {
        if ((header.Flags & FrameFlags.NewEpoch) != 0) _epoch++;
        long host = header.HostTimeNs == 0 ? RigClock.Now : header.HostTimeNs;
        if (_failure is { } failure)
        {
            if (!_failureTold) output.Report(0, new SourceReport(SourceReportKind.Lost, host, host, 0, $"raw video: {failure}; nothing more is written to it"));
            _failureTold = true;
            return;
        }

        if (!_ring.TryClaim(out Span<byte> slot))
        {
            if (_lost++ == 0) _lostFromNs = host;
            return;
        }

        if (_lost > 0) ReportLost(output, host);
        frame.Pixels.CopyTo(slot);
        FrameHeader kept = header;
        (kept.HostTimeNs, kept.Epoch, kept.Sequence) = (host, _epoch, (ulong)number);
        _ring.Publish(new SlotInfo { Length = frame.Pixels.Length, Header = kept });
        _filled.Release();
    }

    /// <summary>The source has ended: tells of a stretch of losses that no later frame ended.</summary>
    internal void End(IStreamOutput output)
    {
        if (_lost > 0) ReportLost(output, RigClock.Now);
    }

    /// <summary>Writes what is queued, and finishes the files.</summary>
    public void Dispose()
    {
        _ending = true;
        _filled.Release();
        _thread.Join();
        _video.Dispose();
        _times.Dispose();
        _filled.Dispose();
    }

    private void ReportLost(IStreamOutput output, long now)
    {
        output.Report(0, new SourceReport(SourceReportKind.Dropped, _lostFromNs, now, _lost, $"raw video {_path}: {_lost} frames found the queue full and are not in it; the stream has them"));
        _lost = 0;
    }

    private void Write()
    {
        ThreadTuning.SetName(_thread.Name!);
        Span<byte> line = stackalloc byte[128];
        long written = 0;
        while (true)
        {
            if (!_ring.TryPeek(out SlotInfo info, out ReadOnlySpan<byte> pixels))
            {
                if (_ending) return;
                _filled.Wait();
                continue;
            }

            pixels.CopyTo(_frame.Pixels);
            _ring.Advance();
            if (_failure is not null) continue;
            try
            {
                if (_firstNs == long.MinValue) _firstNs = info.Header.DeviceTimeNs;
                _video.Write(_frame, info.Header.DeviceTimeNs - _firstNs);
                Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{written++},{info.Header.Sequence},{info.Header.Epoch},{info.Header.DeviceTimeNs},{info.Header.HostTimeNs}\n", out int length);
                _times.Write(line[..length]);
            }
            catch (Exception e) when (e is DataFileException or IOException)
            {
                _failure = e.Message;
            }
        }
    }
}
