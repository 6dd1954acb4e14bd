using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition.Tests.Treadmill;

/// <summary>A Harp device on a pseudo-terminal: answers for its registers WhoAmI and OPERATION_CTRL, dumps when it is asked to, and tells events once it is active.</summary>
internal sealed class HarpDevice(ushort whoAmI) : IDisposable
{
    private readonly PseudoTerminal _terminal = new();
    private readonly byte[] _bytes = new byte[64];
    private readonly List<byte> _asked = [];

    internal string Path => _terminal.Path;

    internal byte Control { get; private set; }

    internal bool IsActive => (Control & 3) == 1;

    /// <summary>Answers what was asked for since.</summary>
    internal void Answer(long timeNs)
    {
        _asked.AddRange(_bytes[.._terminal.Read(_bytes)]);
        while (HarpMessage.TryRead(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_asked), out HarpMessage message, out int length) == ParseOutcome.Message)
        {
            byte address = message.Address;
            bool writes = message.Kind == HarpKind.Write;
            if (writes && address == 10) Control = (byte)message[0];
            _asked.RemoveRange(0, length);
            if (!writes && address == 0) Send(HarpKind.Read, 0, HarpPayload.U16, timeNs, BitConverter.GetBytes(whoAmI));
            if (!writes || address != 10) continue;
            Send(HarpKind.Write, 10, HarpPayload.U8, timeNs, [Control]);
            for (byte register = 0; (Control & 8) != 0 && register < 16; register++) Send(HarpKind.Read, register, HarpPayload.U8, timeNs, [register]);
        }
    }

    /// <summary>An event of an analog board: S16[3], the encoder in the middle.</summary>
    internal void Tell(byte register, long timeNs, short encoder)
        => Send(HarpKind.Event, register, HarpPayload.S16, timeNs, [.. BitConverter.GetBytes((short)111), .. BitConverter.GetBytes(encoder), .. BitConverter.GetBytes((short)-222)]);

    internal void Beat(long timeNs) => Send(HarpKind.Event, 18, HarpPayload.U16, timeNs, [2, 0]);

    /// <summary>Answers that it could not do what was asked.</summary>
    internal void Fail(HarpKind kind, byte register, long timeNs) => Send((HarpKind)((byte)kind | 0x08), register, HarpPayload.U8, timeNs, [0]);

    internal void SendBytes(ReadOnlySpan<byte> bytes) => _terminal.Write(bytes);

    public void Dispose() => _terminal.Dispose();

    private void Send(HarpKind kind, byte register, HarpPayload type, long timeNs, ReadOnlySpan<byte> payload)
        => _terminal.Write(_bytes.AsSpan(0, HarpMessage.Write(_bytes, kind, register, type | HarpPayload.Timed, timeNs, payload)));
}
