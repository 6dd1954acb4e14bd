using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Stimulus.Live;

/// <summary>
/// Where commands wait for the render thread: from the controller in this process (one thread) and from the wire. Giving and taking one allocates nothing.
/// </summary>
public sealed class CommandInbox : IDisposable
{
    private const int Room = 64;
    private const int LongestMessage = 1024;

    private readonly SlotRing _ring = new(Room, 32);
    private readonly LatestSlot<FrameAnswer> _answers = new(static () => new FrameAnswer());
    private readonly CommandParser _parser;
    private readonly byte[] _message = new byte[LongestMessage];
    private readonly ZmqSocket? _socket;

    /// <summary>Opens it.</summary>
    /// <param name="names">What can be asked for.</param>
    /// <param name="context">For the wire.</param>
    /// <param name="endpoint">Where messages come in (PULL); null: nowhere.</param>
    /// <exception cref="DeviceException">The endpoint is in use.</exception>
    public CommandInbox(IReadOnlyList<string> names, ZmqContext? context, string? endpoint)
    {
        _parser = new CommandParser(names);
        WarmUp();
        if (context is null || endpoint is null)
        {
            return;
        }
        _socket = context.CreateSocket(ZmqSocketType.Pull);
        try
        {
            _socket.MaxMessageBytes = LongestMessage;
            _socket.ReceiveHighWaterMark = Room;
            _socket.Bind(endpoint);
            Endpoint = _socket.LastEndpoint;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where messages come in; null: nowhere.</summary>
    public string? Endpoint { get; }

    /// <summary>Messages that were no command, or asked for what there is not.</summary>
    public long Refused { get; private set; }

    /// <summary>Commands of this process that found no room.</summary>
    public long Dropped => _ring.Dropped;

    /// <summary>Gives a command; from one thread of this process. False: there is no room.</summary>
    public bool Give(in DisplayCommand command)
    {
        if (!_ring.TryClaim(out var slot))
        {
            return false;
        }
        MemoryMarshal.Write(slot, command);
        _ring.Publish(new SlotInfo { Length = Unsafe.SizeOf<DisplayCommand>() });
        return true;
    }

    /// <summary>
    /// Says which bin was answered last, after the commands that answer it were given: the flips that are drawn from then on name it. From the thread that gives
    /// commands; the latest wins.
    /// </summary>
    /// <param name="bin">The bin.</param>
    /// <param name="frameNs">When its last frame was received, ns of the rig clock.</param>
    /// <param name="decidedNs">When it was dealt with, ns of the rig clock.</param>
    /// <param name="decided">Whether it was decided what to show: only then does the answer break a silence.</param>
    public void Answer(long bin, long frameNs, long decidedNs, bool decided = true)
    {
        var answer = _answers.Writing;
        (answer.Bin, answer.FrameNs, answer.DecidedNs, answer.Decided) = (bin, frameNs, decidedNs, decided);
        _answers.Publish();
    }

    /// <summary>Takes the latest answer, if there is one that was not taken yet; on the render thread, before the commands.</summary>
    internal bool TryTakeAnswer(out FrameAnswer answer) => _answers.TryRead(out answer);

    /// <summary>Takes the next command; on the render thread.</summary>
    public bool TryTake(out DisplayCommand command)
    {
        if (_ring.TryPeek(out _, out var slot))
        {
            command = MemoryMarshal.Read<DisplayCommand>(slot);
            _ring.Advance();
            return true;
        }
        while (_socket is not null && _socket.TryReceive(_message, out var length))
        {
            _socket.DiscardRest();
            if (length <= _message.Length && _parser.TryRead(_message.AsSpan(0, length), RigClock.Now, out command))
            {
                return true;
            }
            Refused++;
        }
        command = default;
        return false;
    }

    // What hands over is compiled at its first call, which must not be the first command's.
    private void WarmUp()
    {
        Give(default);
        TryTake(out _);
        Answer(-1, 0, 0);
        TryTakeAnswer(out _);
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket?.Dispose();
}
