using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition.Tests.Serial;

/// <summary>The least that a protocol can be: takes samples of the line protocol and keeps their first value. Asks who is there, and wants one device.</summary>
internal sealed class NumbersProtocol(string? wanted = null) : ISerialProtocol
{
    private readonly Lock _gate = new();
    private readonly List<long> _values = [];
    private int _epochs;
    private string? _mismatch;

    public string Name => "line protocol";

    public int LongestMessage => SensorLine.MaxLength;

    public string? Mismatch => _mismatch;

    internal int Epochs => Volatile.Read(ref _epochs);

    internal long[] Values
    {
        get
        {
            lock (_gate) return [.. _values];
        }
    }

    public void Open(SerialPort port)
    {
        _mismatch = null;
        port.Write("?\n"u8);
    }

    public void NewEpoch() => Interlocked.Increment(ref _epochs);

    public ParseOutcome TryParse(ReadOnlySpan<byte> bytes, long receivedNs, IStreamOutput output, out int length)
    {
        ParseOutcome outcome = SensorLine.TryRead(bytes, out SensorLine line, out length);
        if (outcome != ParseOutcome.Message) return outcome;
        if (line.Kind == SensorLineKind.Hello && wanted is not null && System.Text.Encoding.ASCII.GetString(line.Device) is string device && device != wanted)
            _mismatch = $"answers as '{device}', where '{wanted}' is expected";
        if (line.Kind == SensorLineKind.Sample)
        {
            lock (_gate) _values.Add(line[0]);
        }

        return outcome;
    }
}
