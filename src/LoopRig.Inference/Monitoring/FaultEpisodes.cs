using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// Makes episodes of notes: a fault begins with its first note and is over when none came for some time. Tells of each once when it begins, if it lasts, and
/// once when it is over. One thread; faults are rare, so that it may allocate.
/// </summary>
internal sealed class FaultEpisodes
{
    private const long FirstPauseNs = RigClock.SecondNs;
    private const long LongestPauseNs = 60 * RigClock.SecondNs;
    private const long SlackNs = 200 * RigClock.MillisecondNs;

    private readonly IReadOnlyList<StreamDescriptor> _streams;
    private readonly RigEvents _events;
    private readonly Episode[] _episodes;

    public FaultEpisodes(IReadOnlyList<StreamDescriptor> streams, RigEvents events)
    {
        (_streams, _events) = (streams, events);
        _episodes = [.. Enumerable.Range(0, streams.Count * FaultKinds.Count).Select(i => new Episode(i / FaultKinds.Count, (FaultKind)(i % FaultKinds.Count)))];
    }

    /// <summary>Takes note of something wrong.</summary>
    public void Note(in FaultNote note, long nowNs)
    {
        var episode = Of(note.Stream, note.Kind);
        var silence = Of(note.Stream, FaultKind.Gap);
        if (note.Kind != FaultKind.Gap && silence.IsSilence && note.StartNs <= silence.StartNs + SlackNs && note.EndNs >= silence.EndNs - SlackNs)
        {
            Explain(silence, episode);
        }
        if (!episode.IsOpen)
        {
            episode.Open(note.StartNs);
        }
        episode.Add(note);
        Lasts(episode, nowNs);
    }

    /// <summary>Nothing has come of a stream since a time.</summary>
    public void Silent(int stream, long sinceNs, long nowNs)
    {
        var silence = Of(stream, FaultKind.Gap);
        if (Of(stream, FaultKind.Garbage).IsOpen)
        {
            return; // it is not silent, it speaks nonsense
        }
        if (!silence.IsLasting)
        {
            silence.Open(sinceNs);
            silence.Count++;
            (silence.IsSilence, silence.IsLasting) = (true, true);
        }
        silence.End(nowNs);
        Lasts(silence, nowNs);
    }

    /// <summary>A stream that was silent speaks again.</summary>
    public void Heard(int stream, long receivedNs)
    {
        var silence = Of(stream, FaultKind.Gap);
        if (silence.IsLasting)
        {
            silence.IsLasting = false;
            if (silence.IsSilence)
            {
                silence.End(receivedNs); // unless the message's own note has said it
            }
        }
    }

    /// <summary>Ends what is over.</summary>
    public void Look(long nowNs)
    {
        foreach (var episode in _episodes)
        {
            if (episode.IsOpen && !episode.IsLasting && nowNs - episode.EndNs > HoldNs(episode.Kind))
            {
                End(episode, nowNs);
            }
        }
    }

    /// <summary>The run ends: whatever lasts, lasts until now.</summary>
    public void EndAll(long nowNs)
    {
        foreach (var episode in _episodes)
        {
            if (episode.IsOpen)
            {
                End(episode, nowNs);
            }
        }
    }

    // How long a fault must not have been seen to be over. Scatter is judged in windows, three of them before it is said again.
    private static long HoldNs(FaultKind kind) => kind switch
    {
        FaultKind.Jitter => 3 * RigClock.SecondNs,
        FaultKind.Drop or FaultKind.Garbage or FaultKind.Mismatch => 2 * RigClock.SecondNs,
        _ => RigClock.SecondNs / 2,
    };

    private Episode Of(int stream, FaultKind kind) => _episodes[stream * FaultKinds.Count + (int)kind];

    // What had been taken for a gap while it lasted turns out to be something else.
    private void Explain(Episode silence, Episode episode)
    {
        if (!episode.IsOpen)
        {
            episode.Open(silence.StartNs);
            (episode.IsTold, episode.IsQuiet) = (silence.IsTold, silence.IsQuiet);
        }
        _events.Faults.Withdraw(_streams[silence.Stream].Name, FaultKind.Gap, FaultWitness.Receiver);
        silence.IsSilence = false;
        if (--silence.Count == 0)
        {
            silence.Close();
        }
    }

    private void Lasts(Episode episode, long nowNs)
    {
        var name = _streams[episode.Stream].Name;
        if (!episode.IsTold && (episode.IsLasting || episode.Kind is FaultKind.Drop or FaultKind.Freeze or FaultKind.Jitter or FaultKind.Garbage or FaultKind.Mismatch))
        {
            episode.IsTold = true;
            episode.IsQuiet = !episode.MaySpeak(nowNs);
            Tell("fault_detected", FaultTexts.Begin(name, episode.Kind), episode);
        }
        _events.Faults.Begin(Record(episode, FaultTexts.Begin(name, episode.Kind)));
    }

    private void End(Episode episode, long nowNs)
    {
        var text = FaultTexts.Over(_streams[episode.Stream].Name, episode.KindByLength, episode.EndNs - episode.StartNs, episode.Count, episode.StepNs, episode.IsLasting);
        if (!episode.IsTold)
        {
            episode.IsQuiet = !episode.MaySpeak(nowNs);
        }
        Tell("fault_over", text, episode);
        _events.Faults.Withdraw(_streams[episode.Stream].Name, episode.Kind, FaultWitness.Receiver);
        _events.Faults.End(Record(episode, text));
        episode.Close();
    }

    private FaultRecord Record(Episode episode, string text) =>
        new(_streams[episode.Stream].Name, episode.KindByLength, episode.StartNs, episode.EndNs, episode.Count, text, FaultWitness.Receiver);

    private void Tell(string kind, string text, Episode episode) => _events.Tell(!episode.IsQuiet, kind, text,
        ("stream", _streams[episode.Stream].Name), ("fault", episode.KindByLength.Name()), ("start_ns", episode.StartNs), ("end_ns", episode.EndNs), ("count", episode.Count));

    /// <summary>One kind of fault of one stream, open or not.</summary>
    private sealed class Episode(int stream, FaultKind kind)
    {
        private long _partNs;
        private long _partCount;
        private long _saidNs = long.MinValue;
        private long _pauseNs = FirstPauseNs;

        public int Stream => stream;
        public FaultKind Kind => kind;
        public bool IsOpen { get; private set; }
        /// <summary>It goes on by itself, without further notes: a silence.</summary>
        public bool IsLasting { get; set; }
        /// <summary>It was opened by a silence, which the next message explains.</summary>
        public bool IsSilence { get; set; }
        public bool IsTold { get; set; }
        /// <summary>It goes to the session and not to a view: there were many like it.</summary>
        public bool IsQuiet { get; set; }
        public long StartNs { get; private set; }
        public long EndNs { get; private set; }
        public long Count { get; set; }
        public long StepNs { get; private set; }

        /// <summary>A silence that was long is a source that was gone.</summary>
        public FaultKind KindByLength => kind == FaultKind.Gap && EndNs - StartNs > StreamMonitor.GoneNs ? FaultKind.Disconnect : kind;

        public void Open(long startNs)
        {
            if (!IsOpen)
            {
                (IsOpen, StartNs, EndNs) = (true, startNs, startNs);
                (Count, StepNs, IsTold, IsLasting, IsSilence) = (0, 0, false, false, false);
                (_partNs, _partCount) = (long.MinValue, 0);
            }
        }

        public void Add(in FaultNote note)
        {
            // A stretch that goes on is noted again with its count so far; a silence is counted already, and now its end is known.
            Count += note.StartNs == _partNs ? note.Count - _partCount : IsSilence ? 0 : note.Count;
            (_partNs, _partCount) = (note.StartNs, note.Count);
            EndNs = IsSilence ? note.EndNs : Math.Max(EndNs, note.EndNs);
            StepNs += note.StepNs;
            IsSilence = false;
        }

        public void End(long endNs) => EndNs = endNs;

        public void Close() => (IsOpen, IsLasting, IsSilence) = (false, false, false);

        // What comes again and again is said ever more rarely; the session has it all.
        public bool MaySpeak(long nowNs)
        {
            if (_saidNs != long.MinValue && nowNs - _saidNs < _pauseNs)
            {
                return false;
            }
            _pauseNs = _saidNs != long.MinValue && nowNs - _saidNs < 4 * _pauseNs ? Math.Min(2 * _pauseNs, LongestPauseNs) : FirstPauseNs;
            _saidNs = nowNs;
            return true;
        }
    }
}
