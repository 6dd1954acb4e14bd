using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition;

/// <summary>
/// An encoder behind a Harp device: asks who it is, makes it active with its heartbeat on and all its registers told once, takes the events of one register, and leaves
/// it on standby.
/// </summary>
/// <param name="feed">takes the readings</param>
/// <param name="options">where the counts are</param>
/// <param name="counterBits">the width of the counter that the rig expects; 0: it does not begin again</param>
internal sealed class HarpEncoder(EncoderFeed feed, HarpEncoderOptions options, int counterBits) : ISerialProtocol
{
    private const byte WhoAmIRegister = 0;
    private const byte OperationControlRegister = 10;

    // OPERATION_CTRL: active, heartbeat (bit 2 of newer devices, bit 7 of older ones), dump of all registers; the lights stay as they are made, on.
    private const byte Lights = 0x60;
    private const byte Active = 0x01 | 0x04 | 0x08 | 0x80 | Lights;
    private const byte Standby = Lights;
    private const long AskEveryNs = 500 * RigClock.MillisecondNs;
    private const long AnswerPatienceNs = 3 * RigClock.SecondNs;

    private int? _whoAmI = options.WhoAmI;
    private SerialPort? _port;
    private long _askNs;
    private long _talkedNs;
    private bool _known;
    private bool _doubted;

    public string Name => "Harp protocol";

    public int LongestMessage => HarpMessage.MaxLength;

    public string? Mismatch { get; private set; }

    // Who it is does not undo a refusal of its events.
    public bool IsKnown => _known && !_doubted;

    public void Open(SerialPort port)
    {
        (_port, _known, _talkedNs, Mismatch) = (port, false, 0, null);
        Ask(RigClock.Now);
    }

    public void Close(SerialPort port) => Send(port, HarpKind.Write, OperationControlRegister, HarpPayload.U8, [Standby]);

    public void NewEpoch() => feed.NewEpoch();

    public ParseOutcome TryParse(ReadOnlySpan<byte> bytes, long receivedNs, IStreamOutput output, out int length)
    {
        ParseOutcome outcome = HarpMessage.TryRead(bytes, out HarpMessage message, out length);
        if (outcome != ParseOutcome.Message || Mismatch is not null) return outcome;
        if (message is { Kind: HarpKind.Read, Address: WhoAmIRegister, Count: 1, IsError: false } && !_known) Hear((int)message[0]);
        if (!_known) AwaitAnswer(message, receivedNs);
        else if (message is { Kind: HarpKind.Write, Address: OperationControlRegister, IsError: true })
            Refuse("answers with an error when it is to become active (OPERATION_CTRL), and so tells no events");
        if (!_known || message.IsError || Mismatch is not null) return outcome;
        if (message.Kind != HarpKind.Event || message.Address != options.Register)
        {
            if (message.HasTime) feed.IsAlive(message.TimeNs, receivedNs);
            return outcome;
        }

        _doubted = false;
        if (options.Fault(message, counterBits) is { } fault) Refuse(fault);
        else if (!feed.IsOvertaken(message.TimeNs)) feed.Add(message.TimeNs, message[options.Element], receivedNs, output);
        return outcome;
    }

    public void Tick(long nowNs, IStreamOutput output)
    {
        feed.Tick(nowNs, output);
        if (!_known && nowNs >= _askNs) Ask(nowNs);
    }

    private void Ask(long nowNs)
    {
        Send(_port!, HarpKind.Read, WhoAmIRegister, HarpPayload.U16, []);
        _askNs = nowNs + AskEveryNs;
    }

    private void AwaitAnswer(in HarpMessage message, long receivedNs)
    {
        if (_talkedNs == 0) _talkedNs = receivedNs;
        else if (Mismatch is null && receivedNs - _talkedNs > AnswerPatienceNs)
            Refuse($"{(message is { IsError: true, Address: WhoAmIRegister } ? "answers with an error when it is asked" : "speaks Harp and does not say")} who it is (WhoAmI)");
    }

    private void Refuse(string why) => (Mismatch, _doubted) = (why, true);

    private void Hear(int whoAmI)
    {
        if (whoAmI != (_whoAmI ?? whoAmI))
        {
            Mismatch = $"answers as the Harp device {whoAmI}, where {_whoAmI} is expected (WhoAmI); is another device plugged in?";
            return;
        }

        (_known, _whoAmI) = (true, whoAmI);
        Send(_port!, HarpKind.Write, OperationControlRegister, HarpPayload.U8, [Active]);
    }

    private static void Send(SerialPort port, HarpKind kind, byte register, HarpPayload type, ReadOnlySpan<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[16];
        port.Write(bytes[..HarpMessage.Write(bytes, kind, register, type, 0, payload)]);
    }
}
