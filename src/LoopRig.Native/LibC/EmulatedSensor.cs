using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Native.LibC;

/// <summary>
/// A device of the serial line protocol on a pseudo-terminal: an encoder wherever there is none. It says hello when it is asked and once a second of its own time,
/// and can be pulled out and plugged in again, which is why its path is a link: the pseudo-terminal behind it has another number each time.
/// </summary>
/// <remarks>One thread at a time. The owner decides when and what it sends, and with what clock.</remarks>
public sealed class EmulatedSensor : IDisposable
{
    private const uint HelloEveryUs = 1_000_000;
    private readonly byte[] _line = new byte[SensorLine.MaxLength];
    private readonly byte[] _asked = new byte[64];
    private readonly string _device;
    private readonly string _what;
    private readonly int _bits;
    private PseudoTerminal? _terminal;
    private ushort _sequence;
    private uint _helloUs;
    private bool _mustSayHello = true;

    /// <summary>Plugs the device in.</summary>
    /// <param name="device">Its id.</param>
    /// <param name="what">What it is, such as <c>encoder</c>.</param>
    /// <param name="bits">The width of its counters.</param>
    /// <param name="path">Where it appears; null: a new place in the folder for temporary files.</param>
    /// <exception cref="DeviceException">The system has no pseudo-terminal left.</exception>
    public EmulatedSensor(string device, string what = "encoder", int bits = 32, string? path = null)
    {
        (_device, _what, _bits) = (device, what, bits);
        Path = path ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"looprig-{Environment.ProcessId}-{Guid.NewGuid():N}"));
        PlugIn();
    }

    /// <summary>What a program opens as its serial port.</summary>
    public string Path { get; }

    /// <summary>Bytes that found no room, because the reader is far behind or absent.</summary>
    public long LostBytes { get; private set; }

    /// <summary>Sends a sample, and first a hello where one is due. Does nothing while the device is pulled out.</summary>
    /// <param name="timeUs">The device's clock, us.</param>
    /// <param name="values">What was measured; wider than the counters, they are cut to these.</param>
    public void Send(uint timeUs, ReadOnlySpan<long> values)
    {
        if (_terminal is null) return;
        SayHelloIfDue(timeUs);
        Span<long> cut = stackalloc long[SensorLine.MaxValues];
        for (int i = 0; i < values.Length; i++) cut[i] = _bits < 64 ? values[i] & ((1L << _bits) - 1) : values[i];
        SendBytes(_line.AsSpan(0, SensorLine.WriteSample(_line, _sequence++, timeUs, cut[..values.Length])));
    }

    /// <summary>Answers who it is, where that was asked for; a program that waits for it before it listens to samples needs no sample for that.</summary>
    /// <param name="timeUs">The device's clock, us.</param>
    public void SayHelloIfDue(uint timeUs)
    {
        if (_terminal is null) return;
        int asked = _terminal.Read(_asked);
        if (!_mustSayHello && !_asked.AsSpan(0, asked).Contains((byte)'?') && timeUs - _helloUs < HelloEveryUs) return;
        (_mustSayHello, _helloUs) = (false, timeUs);
        SendBytes(_line.AsSpan(0, SensorLine.WriteHello(_line, _device, _what, _bits)));
    }

    /// <summary>Sends whatever bytes: garbage, half a line.</summary>
    public void SendBytes(ReadOnlySpan<byte> bytes) => LostBytes += bytes.Length - (_terminal?.Write(bytes) ?? 0);

    /// <summary>Says that it saw a pulse at this time, us of its clock.</summary>
    public void SendPulse(uint timeUs)
    {
        if (_terminal is not null) SendBytes(_line.AsSpan(0, SensorLine.WritePulse(_line, timeUs)));
    }

    /// <summary>Leaves samples out of the numbering, as a device whose own buffer ran over.</summary>
    public void Skip(int samples) => _sequence += (ushort)samples;

    /// <summary>Pulls the device out: its path vanishes.</summary>
    public void PullOut()
    {
        if (_terminal is null) return;
        File.Delete(Path);
        _terminal.Dispose();
        _terminal = null;
    }

    /// <summary>Plugs it in again, or another one in its place. Its numbering starts anew.</summary>
    public void PlugIn()
    {
        if (_terminal is not null) return;
        (_sequence, _mustSayHello) = (0, true);
        _terminal = new PseudoTerminal();
        File.CreateSymbolicLink(Path, _terminal.Path);
    }

    /// <summary>Pulls it out for good.</summary>
    public void Dispose() => PullOut();
}
