using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// The way from prediction to display: takes the latest bin, asks the controller, tells the display which bin its flips answer, records the decision. On the thread
/// <c>controller</c>, or step by step through <see cref="RunOnce"/>. Allocates nothing but when something is to be told.
/// </summary>
public sealed class ControlLoop : ILoop, IDisposable
{
    /// <summary>The recorded stream of decisions, one a bin; NAME/commands holds the commands.</summary>
    public const string StreamName = "controller";

    /// <summary>The channels of the recorded stream of decisions.</summary>
    public static readonly string[] Channels = ["bin", "prediction", "frame", "frame_ns", "closed_ns", "sent_ns", "decided_ns", "flags", "commands", "stimulus"];

    private const long StalledNs = 500 * RigClock.MillisecondNs;

    private readonly IController _controller;
    private readonly IStimulusDisplay _display;
    private readonly IWaitStrategy _wait;
    private readonly IClock _clock;
    private readonly RigEvents _events;
    private readonly RecordedStream _log;
    private readonly Action<long, long, long, bool> _answer; // as the commands: resolved at set-up
    private readonly ScreenHistory _screen = new();
    private readonly bool _useFallbacks;
    private readonly long[] _record = new long[Channels.Length];
    private LoadedNetwork? _network;
    private bool _rests, _stalled;
    private long _decisions, _faults, _faultsInARow, _stalls;

    /// <summary>Wires controller and display.</summary>
    /// <param name="parts">Both, and what counts.</param>
    /// <param name="streams">The streams as the aligner sees them.</param>
    /// <param name="sink">The recorder's inlet for decisions and commands.</param>
    /// <param name="events">Told of what goes wrong.</param>
    /// <param name="wait">How the controller's thread waits.</param>
    /// <param name="clock">Where the time is read.</param>
    /// <exception cref="NetworkException">The controller looks at a channel that there is not.</exception>
    public ControlLoop(ControlParts parts, IReadOnlyList<StreamDescriptor> streams, ISessionSink sink, RigEvents events, IWaitStrategy wait, IClock clock)
    {
        (_controller, _display, _useFallbacks, _events, _wait, _clock) = (parts.Controller, parts.Display, parts.UseFallbacks, events, wait, clock);
        _answer = _display.Answer;
        _screen.Follow(_display);
        WatchDisplay(_display.FlippedNs);
        Edge = new ControlEdge(_controller.Variables, streams, wait);
        _log = new RecordedStream(Describe(StreamName, Channels), sink);
        Commands = new StimulusCommands(_display, clock, new RecordedStream(Describe($"{StreamName}/commands", StimulusCommands.Channels), sink));
    }

    /// <summary>Where the loop leaves its bins.</summary>
    public ControlEdge Edge { get; }

    /// <summary>What was asked of the display.</summary>
    public StimulusCommands Commands { get; }

    /// <summary>Bins that were decided about.</summary>
    public long Decisions => Volatile.Read(ref _decisions);

    /// <summary>Bins about which the controller threw.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>How often the display stopped to flip.</summary>
    public long Stalls => Volatile.Read(ref _stalls);

    /// <summary>From a prediction's hand-over to its last command in the display's hands; bins without a command are none of these.</summary>
    public LatencyHistogram PredictionToCommand { get; } = new();

    /// <summary>From a prediction's hand-over to the decision about it, whether it asked for a stimulus or not.</summary>
    public LatencyHistogram PredictionToDecision { get; } = new();

    /// <inheritdoc/>
    public bool RunOnce()
    {
        if (!Edge.TryRead(out var tick))
        {
            return false;
        }
        Commands.Begin(tick.Bin);
        if (tick.Network != _network)
        {
            Meet(tick.Network!);
        }
        var decided = !_rests && Decide(tick);
        var decidedNs = _clock.Now;
        _answer(tick.Bin, tick.FrameNs, decidedNs, decided);
        PredictionToDecision.Record(decidedNs - tick.SentNs);
        if (Commands.InBin > 0)
        {
            PredictionToCommand.Record(Commands.LastNs - tick.SentNs);
        }
        Commands.Log();
        Record(tick, decidedNs);
        Volatile.Write(ref _decisions, _decisions + 1);
        WatchDisplay(decidedNs);
        return true;
    }

    /// <inheritdoc/>
    public void Wait() => _wait.Wait(long.MaxValue);

    /// <inheritdoc/>
    public void Wake() => _wait.Signal();

    /// <summary>Releases the wait.</summary>
    public void Dispose() => _wait.Dispose();

    private static StreamDescriptor Describe(string name, string[] channels) =>
        new() { Name = name, Kind = StreamKind.Vector, DType = DType.I64, Shape = [channels.Length], Channels = channels, Source = "controller" };

    private void Meet(LoadedNetwork network)
    {
        _network = network;
        try
        {
            _controller.Use(network.Step.UnitIds);
            _rests = false;
        }
        catch (Exception e) // a user's controller: the loop goes on without it
        {
            _rests = true;
            _events.Post("controller_rests", $"the controller rests: {e.Message}", ("network", network.Step.Hash), ("reason", e.Message));
        }
    }

    // False where the controller has failed.
    private bool Decide(ControlTick tick)
    {
        var flippedNs = _display.FlippedNs; // before the changes are read: a flip that is seen has told its change
        _screen.Follow(_display);
        var (now, sinceNs) = _screen.Now;
        var bin = new ControlBin
        {
            Index = tick.Bin,
            StartNs = tick.StartNs,
            EndNs = tick.EndNs,
            Flags = tick.Flags,
            Prediction = tick.Values,
            Counts = (tick.Flags & BinFlags.WarmUp) == 0 && (_useFallbacks || (tick.Flags & BinFlags.Fallback) == 0),
            Behaviour = tick.Behaviour,
            Shown = _screen.Through(tick.StartNs, tick.EndNs),
            ShownNow = now,
            ShownNowSinceNs = sinceNs,
            FlippedNs = flippedNs,
        };
        try
        {
            _controller.Decide(bin, Commands);
            if (_faultsInARow > 0)
            {
                _events.Post("controller_recovered", $"bin {tick.Bin}: the controller decides again, after {_faultsInARow} bin(s)", ("bin", tick.Bin), ("bins", _faultsInARow));
                _faultsInARow = 0;
            }
            return true;
        }
        catch (RecordingException)
        {
            throw; // not the controller's fault: the run must stop
        }
        catch (Exception e) // a user's controller may throw anything: the bin has no decision, the loop goes on
        {
            Volatile.Write(ref _faults, _faults + 1);
            if (_faultsInARow++ == 0)
            {
                _events.Post("controller_fault", $"bin {tick.Bin}: the controller has failed: {e.Message}; predictions go on, and it is asked again with the next bin",
                    ("bin", tick.Bin), ("reason", e.Message));
            }
            return false;
        }
    }

    private void Record(ControlTick tick, long decidedNs)
    {
        (_record[0], _record[1], _record[2], _record[3], _record[4]) = (tick.Bin, tick.Prediction, tick.Frame, tick.FrameNs, tick.ClosedNs);
        (_record[5], _record[6], _record[7], _record[8], _record[9]) = (tick.SentNs, decidedNs, (long)tick.Flags, Commands.InBin, Commands.First);
        _log.Write(MemoryMarshal.AsBytes(_record.AsSpan()), decidedNs);
    }

    // A display that is lost or stalls shows nothing of what is commanded: told once, and once when it is over.
    private void WatchDisplay(long nowNs)
    {
        var flippedNs = _display.FlippedNs;
        var stalled = flippedNs != 0 && nowNs - flippedNs > StalledNs;
        if (stalled == _stalled)
        {
            return;
        }
        _stalled = stalled;
        if (stalled)
        {
            Volatile.Write(ref _stalls, _stalls + 1);
            _events.Post("display_stalled", $"display {_display.Name} has not flipped for {(nowNs - flippedNs) / 1e9:0.0} s: what is commanded is not shown", ("display", _display.Name));
        }
        else
        {
            _events.Post("display_back", $"display {_display.Name} flips again", ("display", _display.Name));
        }
    }
}
