using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// Makes a session whole again after its recording process died. Nothing is destroyed: a damaged end of the log is moved to a file of its own, damage in the
/// middle stays where it is and is passed over, and a description that cannot be read is kept beside the new one.
/// </summary>
public static class SessionRecovery
{
    /// <summary>Recovers a session; one that was closed in order and has no damage is left as it is.</summary>
    /// <param name="folder">The session's folder.</param>
    /// <param name="stop">Ends the reading, before anything was changed.</param>
    /// <exception cref="RecordingException">The session is being recorded, holds no readable record, or cannot be written.</exception>
    public static RecoveryReport Recover(string folder, CancellationToken stop = default)
    {
        if (!SessionFolder.IsSession(folder)) throw new RecordingException($"session {folder}: there is no session in this folder");
        if (SessionFolder.IsBeingRecorded(folder)) throw new RecordingException($"session {folder}: a running process records into it; stop that first");
        var (info, infoProblem) = ReadInfo(folder);
        using var reader = new SessionReader(folder, info ?? new SessionInfo());
        var index = SessionIndex.Build(reader.Segments, info?.PredictionStream, stop);
        if (index.Totals.Records == 0) throw new RecordingException($"session {folder}: no record can be read; nothing was changed");
        info ??= Rebuild(index);
        if (infoProblem is not null) index = SessionIndex.Build(reader.Segments, info.PredictionStream, stop);
        if (index.Segments.Any(s => s.Session != info.Id)) throw new RecordingException($"session {folder}: it holds segments of another session; nothing was changed");
        var endIsDamaged = index.Gaps.Count > 0 && index.Gaps[^1].BeforeNs is null;
        if (infoProblem is null && (info.State == SessionState.Closed && index.Gaps.Count == 0 || info.State == SessionState.Recovered && !endIsDamaged))
        {
            return new RecoveryReport(folder, false, info, index.Totals, index.Gaps, null, null);
        }
        var tail = MoveTail(folder, reader.Segments, index.Gaps);
        if (infoProblem is not null && File.Exists(Path.Combine(folder, SessionFolder.InfoName)))
        {
            File.Copy(Path.Combine(folder, SessionFolder.InfoName), Unused(folder, SessionFolder.InfoName + ".damaged"));
        }
        info = info with
        {
            State = SessionState.Recovered,
            EndedNs = info.EndedNs ?? index.Totals.LastNs,
            Totals = index.Totals,
            Gaps = index.Gaps,
            Clocks = LastClocks(index),
        };
        SessionFolder.WriteInfo(folder, info);
        File.Delete(Path.Combine(folder, SessionFolder.LockName));
        return new RecoveryReport(folder, true, info, index.Totals, index.Gaps, tail, infoProblem);
    }

    private static (SessionInfo? Info, string? Problem) ReadInfo(string folder)
    {
        try
        {
            return (SessionFolder.ReadInfo(folder), null);
        }
        catch (RecordingException e)
        {
            return (null, e.Message);
        }
    }

    // The id and the start are in the first segment; the subject and the configuration were in the description alone.
    private static SessionInfo Rebuild(SessionIndex index)
    {
        if (index.Segments.Count == 0) throw new RecordingException("neither the description nor the start of a segment can be read; nothing was changed");
        var start = index.Segments[0];
        var table = index.StreamTable;
        return new SessionInfo { Id = start.Session, StartedNs = start.RigNs, StartedUtc = start.Utc, InputStreams = table?.Inputs ?? [], PredictionStream = table?.Prediction };
    }

    private static string? MoveTail(string folder, IReadOnlyList<string> segments, IReadOnlyList<LogGap> gaps)
    {
        if (gaps.Count == 0 || gaps[^1].BeforeNs is not null || gaps[^1].Segment != Path.GetFileName(segments[^1])) return null;
        var (gap, path) = (gaps[^1], segments[^1]);
        var kept = Unused(folder, $"{gap.Segment}.tail");
        try
        {
            using (var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            using (var target = new FileStream(kept, FileMode.CreateNew, FileAccess.Write))
            {
                source.Position = gap.Offset;
                source.CopyTo(target);
                target.Flush(flushToDisk: true);
            }
            using var segment = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.Read);
            RandomAccess.SetLength(segment, gap.Offset);
            RandomAccess.FlushToDisk(segment);
            return kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException(SessionFolder.Explain(folder, "the damaged end cannot be moved away", e), e);
        }
    }

    private static IReadOnlyList<ClockEntry> LastClocks(SessionIndex index)
    {
        var clocks = new Dictionary<(uint, string), ClockEntry>();
        foreach (var entry in index.Events)
        {
            if (SessionEvent.ClockOf(System.Text.Encoding.UTF8.GetBytes(entry.Json)) is { } clock) clocks[(clock.Clock, clock.Name)] = clock;
        }
        return [.. clocks.Values];
    }

    private static string Unused(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        for (var i = 2; File.Exists(path); i++)
        {
            path = Path.Combine(folder, $"{name}.{i}");
        }
        return path;
    }
}

/// <summary>What recovery found and did.</summary>
/// <param name="Folder">The session's folder.</param>
/// <param name="Changed">False: the session was whole and was left as it is.</param>
/// <param name="Info">The description as it stands now.</param>
/// <param name="Totals">What the log holds.</param>
/// <param name="Gaps">What is lost.</param>
/// <param name="TailFile">Where the damaged end was moved to; null when there was none.</param>
/// <param name="InfoProblem">Why the description had to be made anew; null when it could be read.</param>
public sealed record RecoveryReport(string Folder, bool Changed, SessionInfo Info, SessionTotals Totals, IReadOnlyList<LogGap> Gaps, string? TailFile, string? InfoProblem);
