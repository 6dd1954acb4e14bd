using System.Buffers;
using System.IO.Pipelines;
using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition;

/// <summary>
/// Reads a serial device for as long as the run lasts: opens it again when it was pulled out and comes back, finds the next message after garbage,
/// and reports losses, silence, garbage and a device that is another one. What a message means is the <see cref="ISerialProtocol"/>'s to know.
/// </summary>
/// <remarks>One thread reads, parses and publishes: a message waits for nothing but its last byte. While it is held up, the kernel keeps 4 to 64 KiB.</remarks>
public sealed class SerialSource : IDisposable
{
    private const int ReadBytes = 4096;
    private const int TickMs = 10;
    private const long RetryNs = 100 * RigClock.MillisecondNs;
    private const int TellAfterRetries = 5;
    private const long RetryToldNs = RigClock.SecondNs; // who holds a port is looked up among all programs
    private const long RetryMismatchNs = RigClock.SecondNs;
    private const long StuckNs = 100 * RigClock.MillisecondNs;

    private readonly SerialOptions _options;
    private readonly ISerialProtocol _protocol;
    private readonly EventFd _wake = new();
    private readonly byte[] _window;
    private readonly long _stuckNs;
    private readonly SerialHealth _health;
    private Pipe _pipe = NewPipe();
    private SerialPort? _port;
    private long _lastBytesNs;
    private string? _toldMismatch;

    /// <summary>
    /// Sees whether the port can be opened: a device that is absent when the rig starts is an error, one that leaves later is waited for. The run opens it
    /// anew, so that it begins with what the device says then, and not with what has lain in the kernel since.
    /// </summary>
    /// <exception cref="DeviceException">The port cannot be opened; the text says why and what to do.</exception>
    public SerialSource(SerialOptions options, ISerialProtocol protocol)
    {
        (_options, _protocol) = (options, protocol);
        _window = new byte[protocol.LongestMessage];
        _stuckNs = StuckNs + (protocol.LongestMessage * 10 * RigClock.SecondNs / options.Baud); // ten bits a byte
        _health = new SerialHealth(options, protocol);
        if (!SerialPort.TryOpen(options.Path, options.Baud, out SerialPort? port, out string? error)) throw new DeviceException($"{options.Name} ({options.Path})", error);
        port.Dispose();
    }

    /// <summary>Messages that came whole.</summary>
    public long Messages => _health.Messages;

    /// <summary>Bytes that belonged to no message.</summary>
    public long GarbageBytes => _health.GarbageBytes;

    /// <summary>How often the device was lost.</summary>
    public long Losses => _health.Losses;

    /// <summary>Reads until the stop.</summary>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static wake => ((EventFd)wake!).Set(), _wake);
        using Pacer pacer = new(stop);
        while (!stop.IsCancellationRequested)
        {
            if (!SerialPort.TryOpen(_options.Path, _options.Baud, out _port, out _) && !Reopen(output, pacer)) return;
            _health.Opened(RigClock.Now);
            _protocol.Open(_port!);
            bool again = ReadUntilLost(output);
            if (!again) _protocol.Close(_port!);
            _port!.Dispose();
            _port = null;
            _pipe = NewPipe(); // half a message of the old connection is none of the next
            if (_protocol.Mismatch is null) continue;
            if (!pacer.WaitUntil(RigClock.Now + RetryMismatchNs)) return;
        }
    }

    /// <summary>Closes the port.</summary>
    public void Dispose()
    {
        _port?.Dispose();
        _wake.Dispose();
    }

    // One thread does both ends, so that nobody may ever wait for the other.
    private static Pipe NewPipe() => new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0, minimumSegmentSize: 4 * ReadBytes, useSynchronizationContext: false));

    private bool Reopen(IStreamOutput output, Pacer pacer)
    {
        string? wrong = null;
        int times = 0;
        while (pacer.WaitUntil(RigClock.Now + (times < TellAfterRetries ? RetryNs : RetryToldNs)))
        {
            if (!SerialPort.Exists(_options.Path))
            {
                (wrong, times) = (null, 0);
                continue;
            }

            if (SerialPort.TryOpen(_options.Path, _options.Baud, out _port, out string? error)) return true;

            // The path comes back before its permissions do: what is wrong for a while is worth telling.
            times = wrong == error ? times + 1 : 1;
            wrong = error;
            if (times == TellAfterRetries) _health.CannotReopen(output, error);
        }

        return false;
    }

    // False when the run ends, true when the device has gone or is another one.
    private bool ReadUntilLost(IStreamOutput output)
    {
        while (true)
        {
            Memory<byte> room = _pipe.Writer.GetMemory(ReadBytes);
            SerialRead read = _port!.Read(room.Span, TickMs, _wake, out int length);
            long now = RigClock.Now;
            switch (read)
            {
                case SerialRead.Woken:
                    return false;
                case SerialRead.Gone:
                    _health.Gone(output, now);
                    return true;
                case SerialRead.Data:
                    _lastBytesNs = now;
                    _pipe.Writer.Advance(length);
                    Flush();
                    Parse(output, now, dropOne: false);
                    break;
                default:
                    // The beginning of a message whose rest never comes is none, and what stands behind it must not wait any longer.
                    if (now - _lastBytesNs > _stuckNs) Parse(output, now, dropOne: true);
                    break;
            }

            _protocol.Tick(now, output);
            _health.Tick(output, now);
            if (!_health.IsLost) _toldMismatch = null; // whoever is wrong from here on is news
            if (_protocol.Mismatch is not { } mismatch) continue;
            if (mismatch != _toldMismatch) _health.Mismatch(output, now, mismatch);
            _toldMismatch = mismatch;
            return true;
        }
    }

    // Nothing waits for the reader (no pause threshold), so this is done when it returns.
    private void Flush()
    {
        ValueTask<FlushResult> flushed = _pipe.Writer.FlushAsync(CancellationToken.None);
        flushed.GetAwaiter().GetResult();
    }

    private void Parse(IStreamOutput output, long nowNs, bool dropOne)
    {
        if (!_pipe.Reader.TryRead(out ReadResult result)) return;
        ReadOnlySequence<byte> rest = result.Buffer;
        if (dropOne && rest.Length > 0)
        {
            _health.Garbage(1, nowNs);
            rest = rest.Slice(1);
        }

        while (rest.Length > 0)
        {
            ReadOnlySpan<byte> bytes = Window(rest);
            ParseOutcome outcome = _protocol.TryParse(bytes, nowNs, output, out int length);
            if (outcome == ParseOutcome.Incomplete && bytes.Length < _protocol.LongestMessage) break;
            if (outcome == ParseOutcome.Message)
            {
                if (_protocol.Mismatch is null) _health.Message(output, nowNs);
            }
            else
            {
                length = outcome == ParseOutcome.Garbage ? length : 1;
                _health.Garbage(length, nowNs);
            }

            rest = rest.Slice(length);
        }

        _pipe.Reader.AdvanceTo(rest.Start);
    }

    // A protocol sees one span. The pipe's segments end anywhere, so what lies across their edge is copied, a message at most.
    private ReadOnlySpan<byte> Window(in ReadOnlySequence<byte> rest)
    {
        if (rest.IsSingleSegment || rest.FirstSpan.Length >= _window.Length) return rest.FirstSpan;
        int length = (int)Math.Min(rest.Length, _window.Length);
        rest.Slice(0, length).CopyTo(_window);
        return _window.AsSpan(0, length);
    }
}
