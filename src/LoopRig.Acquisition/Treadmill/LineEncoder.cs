using System.Text;
using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition;

/// <summary>An encoder that speaks the line protocol (docs/serial-protocol.md): the first value of each sample is its count.</summary>
/// <param name="feed">takes the readings</param>
/// <param name="device">the id that the device must say; null: whichever says hello first</param>
/// <param name="counterBits">the width of the counter that the rig expects; 0: any</param>
internal sealed class LineEncoder(EncoderFeed feed, string? device, int counterBits) : ISerialProtocol
{
    private const long AskEveryNs = 500 * RigClock.MillisecondNs;
    private const long HelloPatienceNs = 3 * RigClock.SecondNs;
    private const uint LongestStepUs = 60_000_000;
    private string? _device = device;
    private SerialPort? _port;
    private long _askNs;
    private long _sampledNs;
    private bool _known;
    private bool _doubted;
    private bool _begun;
    private ushort _expected;
    private uint _lastUs;
    private long _timeUs;

    public string Name => "line protocol";

    public int LongestMessage => SensorLine.MaxLength;

    public string? Mismatch { get; private set; }

    public bool IsKnown => _known || (_device is null && !_doubted);

    public void Open(SerialPort port)
    {
        (_port, _known, _sampledNs, Mismatch) = (port, false, 0, null);
        Ask(RigClock.Now);
    }

    public void NewEpoch()
    {
        _begun = false;
        feed.NewEpoch();
    }

    public ParseOutcome TryParse(ReadOnlySpan<byte> bytes, long receivedNs, IStreamOutput output, out int length)
    {
        ParseOutcome outcome = SensorLine.TryRead(bytes, out SensorLine line, out length);
        if (outcome != ParseOutcome.Message) return outcome;
        if (line.Kind == SensorLineKind.Hello) Hear(line);

        if (line.Kind == SensorLineKind.Pulse && IsKnown && _begun && Mismatch is null)
        {
            // Seen shortly before or after the last sample: the difference of two 32-bit times is signed.
            feed.Pulse((_timeUs + (int)(line.TimeUs - _lastUs)) * 1000, receivedNs, output);
        }

        // Who is expected must have said so before its samples count: they may be another's.
        if (line.Kind != SensorLineKind.Sample || Mismatch is not null) return outcome;
        if (IsKnown) Take(line, receivedNs, output);
        else if (_sampledNs == 0) _sampledNs = receivedNs;
        else if (receivedNs - _sampledNs > HelloPatienceNs) Mismatch = $"sends samples and does not say who it is, where {(_device is null ? "an encoder" : $"'{_device}'")} is expected";
        return outcome;
    }

    public void Tick(long nowNs, IStreamOutput output)
    {
        feed.Tick(nowNs, output);
        if (!_known && nowNs >= _askNs) Ask(nowNs);
    }

    private void Ask(long nowNs)
    {
        _port!.Write("?\n"u8);
        _askNs = nowNs + AskEveryNs;
    }

    private void Hear(in SensorLine hello)
    {
        if (_known) return; // it says so every second
        string id = Encoding.ASCII.GetString(hello.Device);
        if (id != (_device ?? id)) Mismatch = $"answers as '{id}' ({Encoding.ASCII.GetString(hello.What)}), where '{_device}' is expected; is another device plugged in?";
        else if (counterBits > 0 && hello.Bits != counterBits) Mismatch = $"'{id}' counts in {hello.Bits} bits, the configuration says {counterBits} (counterBits)";
        else (_known, _device) = (true, id);
        _doubted = Mismatch is not null; // who comes after one that was refused must say who it is
    }

    private void Take(in SensorLine sample, long receivedNs, IStreamOutput output)
    {
        if (_begun && sample.TimeUs == _lastUs && sample.Sequence == (ushort)(_expected - 1)) return; // sent twice

        // 32 bits of microseconds begin again every 71.6 min. A step too long for two messages of one epoch is no such beginning, but the device's.
        uint step = sample.TimeUs - _lastUs;
        if (_begun && feed.IsOvertaken((_timeUs + (int)step) * 1000)) return; // its number counts as one that did not come
        _timeUs = _begun && step < LongestStepUs ? _timeUs + step : sample.TimeUs;
        bool jumped = feed.Add(_timeUs * 1000, sample[0], receivedNs, output);
        if (_begun && !jumped && sample.Sequence != _expected) feed.Dropped((ushort)(sample.Sequence - _expected));
        (_begun, _expected, _lastUs) = (true, (ushort)(sample.Sequence + 1), sample.TimeUs);
    }
}
