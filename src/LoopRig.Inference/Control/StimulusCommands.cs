using System.Runtime.InteropServices;

namespace LoopRig.Inference;

/// <summary>What a controller gives its commands to: they go to the display at once, and into the session.</summary>
public sealed class StimulusCommands
{
    /// <summary>Gray, in place of a stimulus's number.</summary>
    public const int Gray = -1;

    /// <summary>What a display forgets when it is asked for it, in place of a stimulus's number: for a rehearsal of the way there.</summary>
    public const int Nothing = -2;

    /// <summary>The channels of the recorded stream of commands.</summary>
    public static readonly string[] Channels = ["bin", "stimulus", "queued", "commanded_ns", "given"];

    private const int RecordsKept = 64;
    private readonly Func<int, bool, long, bool> _show; // resolved here, and not at the first command
    private readonly IClock _clock;
    private readonly RecordedStream _log;
    private readonly long[] _records = new long[RecordsKept * Channels.Length];
    private long _bin, _refused, _given;
    private int _kept;

    internal StimulusCommands(IStimulusDisplay display, IClock clock, RecordedStream log) => (_show, _clock, _log) = (display.Show, clock, log);

    /// <summary>Commands that the display took.</summary>
    public long Given => Volatile.Read(ref _given);

    /// <summary>Commands for which the display had no room: it is lost, or it stalls.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Commands of the current bin.</summary>
    internal int InBin { get; private set; }

    /// <summary>The first command of the current bin: a stimulus, or <see cref="Gray"/>.</summary>
    internal int First { get; private set; }

    /// <summary>When the last command was in the display's hands, ns of the rig clock.</summary>
    internal long LastNs { get; private set; }

    /// <summary>Asks for a stimulus in place of what is shown and of what waits.</summary>
    /// <param name="stimulus">Its number at the display, or <see cref="Gray"/>.</param>
    public void Show(int stimulus) => Give(stimulus, queued: false);

    /// <summary>Asks for a stimulus after what is shown and what waits.</summary>
    /// <param name="stimulus">Its number at the display, or <see cref="Gray"/>.</param>
    public void Queue(int stimulus) => Give(stimulus, queued: true);

    internal void Begin(long bin) => (_bin, InBin, First) = (bin, 0, Gray);

    /// <summary>Writes the commands into the session. After the bin's last one: what is written must not keep the next command waiting.</summary>
    internal void Log()
    {
        for (var at = 0; at < _kept; at++)
        {
            var record = _records.AsSpan(at * Channels.Length, Channels.Length);
            _log.Write(MemoryMarshal.AsBytes(record), record[3]);
        }
        _kept = 0;
    }

    private void Give(int stimulus, bool queued)
    {
        var now = _clock.Now;
        var taken = _show(stimulus, queued, now);
        LastNs = _clock.Now;
        First = InBin++ == 0 ? stimulus : First;
        Volatile.Write(ref taken ? ref _given : ref _refused, (taken ? _given : _refused) + 1);
        if (_kept == RecordsKept)
        {
            Log();
        }
        var record = _records.AsSpan(_kept++ * Channels.Length, Channels.Length);
        (record[0], record[1], record[2], record[3], record[4]) = (_bin, stimulus, queued ? 1 : 0, now, taken ? 1 : 0);
    }
}
