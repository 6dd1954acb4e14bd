using System.Text;
using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition;

/// <summary>
/// An inertial sensor by docs/serial-protocol.md: lines, or blocks where lines would be too slow, or both, told apart by their first byte. The values of a
/// sample are gyroscope x y z, accelerometer x y z, and perhaps magnetometer x y z, in the counts of the sensor.
/// </summary>
internal sealed class ImuProtocol(ImuFeed feed, string? device, int channels) : ISerialProtocol
{
    private const long AskEveryNs = 500 * RigClock.MillisecondNs;
    private const long HelloPatienceNs = 3 * RigClock.SecondNs;
    private const string Kind = "imu";
    private const byte LineStart = (byte)'$';
    private string? _device = device;
    private SerialPort? _port;
    private long _askNs;
    private long _sampledNs;
    private bool _known;
    private bool _doubted;

    public string Name => "IMU protocol";

    public int LongestMessage => SensorBlock.MaxLength;

    public string? Mismatch { get; private set; }

    // A hello alone does not undo a refusal: its samples may have been what was wrong.
    public bool IsKnown => IsHeard && !_doubted;

    // Who is expected must have said so before its samples count: they may be another's. So must anyone after one who was refused.
    private bool IsHeard => (_known || (_device is null && !_doubted)) && Mismatch is null;

    public void Open(SerialPort port)
    {
        (_port, _known, _sampledNs, Mismatch) = (port, false, 0, null);
        Ask(RigClock.Now);
    }

    public void NewEpoch() => feed.NewEpoch();

    public ParseOutcome TryParse(ReadOnlySpan<byte> bytes, long receivedNs, IStreamOutput output, out int length)
    {
        ParseOutcome outcome;
        if (!bytes.IsEmpty && bytes[0] == SensorBlock.Start)
        {
            outcome = SensorBlock.TryRead(bytes, out SensorBlock block, out length);
            if (outcome == ParseOutcome.Message) Take(block, receivedNs, output);
        }
        else
        {
            outcome = SensorLine.TryRead(bytes, out SensorLine line, out length);
            if (outcome == ParseOutcome.Message) Take(line, receivedNs, output);
        }

        // Neither knows how the other begins.
        if (outcome == ParseOutcome.Garbage)
        {
            int next = bytes[1..].IndexOfAny(LineStart, SensorBlock.Start) + 1;
            length = next > 0 ? next : bytes.Length;
        }

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

    private void Take(in SensorLine line, long receivedNs, IStreamOutput output)
    {
        if (line.Kind == SensorLineKind.Hello) Hear(line);
        else if (line.Kind == SensorLineKind.Sample && IsHeardAt(receivedNs) && HasEnough(line.Count) && feed.Begin(line.Sequence, line.TimeUs, receivedNs, output))
        {
            for (int i = 0; i < channels; i++) feed.Set(i, line[i]);
            feed.End(output);
        }
    }

    private void Take(in SensorBlock block, long receivedNs, IStreamOutput output)
    {
        if (!IsHeardAt(receivedNs) || !HasEnough(block.Values)) return;
        for (int sample = 0; sample < block.Samples; sample++)
        {
            if (!feed.Begin((ushort)(block.Sequence + sample), block.TimeUs(sample), receivedNs, output)) continue;
            for (int i = 0; i < channels; i++) feed.Set(i, block[sample, i]);
            feed.End(output);
        }
    }

    private void Hear(in SensorLine hello)
    {
        if (_known) return; // it says so every second
        string id = Encoding.ASCII.GetString(hello.Device), kind = Encoding.ASCII.GetString(hello.What);
        if (id != (_device ?? id) || kind != Kind)
            Refuse($"answers as '{id}' ({kind}), where {(_device is null ? $"an {Kind}" : $"'{_device}' ({Kind})")} is expected; is another device plugged in?");
        else (_known, _device) = (true, id);
    }

    // A sample has come: who sends those and never says who it is, is told of.
    private bool IsHeardAt(long receivedNs)
    {
        if (IsHeard) return true;
        if (_sampledNs == 0) _sampledNs = receivedNs;
        else if (Mismatch is null && receivedNs - _sampledNs > HelloPatienceNs)
            Refuse($"sends samples and does not say who it is, where {(_device is null ? $"an {Kind}" : $"'{_device}' ({Kind})")} is expected");
        return false;
    }

    private bool HasEnough(int values)
    {
        if (values >= channels)
        {
            _doubted = false;
            return true;
        }

        Refuse($"its samples have {values} values, where {channels} are expected: gyroscope, accelerometer{(channels > ImuChannels.Inertial ? ", magnetometer" : "")}");
        return false;
    }

    private void Refuse(string why) => (Mismatch, _doubted) = (why, true);
}
