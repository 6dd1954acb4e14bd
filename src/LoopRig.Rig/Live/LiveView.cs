using LoopRig.Core;

namespace LoopRig.Rig.Live;

/// <summary>Shows how a run goes, on a thread of its own, from counters that it reads and never touches.</summary>
internal abstract class LiveView(LiveRig rig)
{
    private readonly long[] _messages = new long[rig.Streams.Count];
    private readonly long[] _changedNs = new long[rig.Streams.Count];
    private readonly double[] _rates = new double[rig.Streams.Count];
    private readonly long _startNs = RigClock.Now;
    private long _lastNs = RigClock.Now;
    private long _eventsShown = rig.Events.Count;

    /// <summary>The view for where the words go: a table on a terminal, lines elsewhere, nothing where nobody reads.</summary>
    public static LiveView For(LiveRig rig, RunOptions options) =>
        options.Output is null ? new SilentView(rig)
        : options.Plain || options.Output != Console.Out || Console.IsOutputRedirected ? new LineView(rig, options.Output)
        : new TableView(rig);

    /// <summary>Shows until <paramref name="step"/>, which takes about 100 ms, says that the run has ended.</summary>
    public abstract void Run(Func<bool> step);

    protected LiveRig Rig => rig;

    protected double Seconds => (RigClock.Now - _startNs) / 1e9;

    /// <summary>Rates and ages of the streams since the last look.</summary>
    protected List<StreamLine> LookAtStreams()
    {
        var now = RigClock.Now;
        var seconds = Math.Max(1e-3, (now - _lastNs) / 1e9);
        _lastNs = now;
        var lines = new List<StreamLine>();
        var figures = RigFigures.Streams(rig);
        for (var i = 0; i < figures.Length; i++)
        {
            var messages = Math.Max(figures[i].Published, figures[i].Received);
            var rate = (messages - _messages[i]) / seconds;
            _rates[i] = _rates[i] == 0 ? rate : 0.7 * _rates[i] + 0.3 * rate;
            if (messages != _messages[i])
            {
                _changedNs[i] = rig.Inference?.Watch.LastReceivedNs(i) is > 0 and var received ? received : now;
            }
            _messages[i] = messages;
            lines.Add(new StreamLine(figures[i], _rates[i], _changedNs[i] == 0 ? null : (now - _changedNs[i]) / 1e6));
        }
        return lines;
    }

    /// <summary>The texts of events that happened since the last look.</summary>
    protected IEnumerable<string> LookAtEvents()
    {
        var latest = rig.Events.Latest;
        var fresh = (int)Math.Min(rig.Events.Count - _eventsShown, latest.Length);
        _eventsShown = rig.Events.Count;
        return latest[^fresh..].Select(e => e.Text);
    }

    /// <summary>One stream's line.</summary>
    /// <param name="Figures">Its counters.</param>
    /// <param name="RateHz">Messages per second.</param>
    /// <param name="AgeMs">Since its last message; null before the first.</param>
    protected readonly record struct StreamLine(StreamSummary Figures, double RateHz, double? AgeMs);

    private sealed class SilentView(LiveRig rig) : LiveView(rig)
    {
        public override void Run(Func<bool> step)
        {
            while (!step())
            {
            }
        }
    }
}
