using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>The sessions under a folder.</summary>
public static class SessionCatalogue
{
    /// <summary>
    /// Every session under <paramref name="root"/>, by name, which is by start. A closed session says what it holds in its description; with
    /// <paramref name="count"/> one that was not closed is read through to find out.
    /// </summary>
    /// <param name="root">The folder that holds the sessions.</param>
    /// <param name="count">Whether to read the logs of sessions that were not closed.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="RecordingException">There is no such folder.</exception>
    public static IReadOnlyList<SessionSummary> List(string root, bool count = true, CancellationToken stop = default)
    {
        if (!Directory.Exists(root)) throw new RecordingException($"{root}: no such folder");
        var folders = Directory.GetDirectories(root);
        Array.Sort(folders, StringComparer.Ordinal);
        return [.. folders.Where(SessionFolder.IsSession).Select(f => Summarise(f, count, stop))];
    }

    private static SessionSummary Summarise(string folder, bool count, CancellationToken stop)
    {
        var bytes = SessionFolder.Segments(folder).Sum(s => new FileInfo(s).Length);
        var recording = SessionFolder.IsBeingRecorded(folder);
        try
        {
            var info = SessionFolder.ReadInfo(folder);
            var totals = info.Totals;
            string? problem = info.Fault;
            if (totals is null && count && !recording)
            {
                using var reader = new SessionReader(folder, info);
                var index = reader.BuildIndex(stop);
                totals = index.Totals;
                if (index.Gaps.Count > 0) problem ??= $"{index.Gaps.Count} damaged place(s)";
            }
            if (info.State == SessionState.Recording && !recording) problem ??= "not closed: the recording process died";
            var end = info.EndedNs ?? totals?.LastNs;
            return new SessionSummary(folder, info.State, recording, info.Subject.Id, info.StartedUtc, end - info.StartedNs, totals?.Streams.Count, totals?.Predictions, bytes, problem);
        }
        catch (RecordingException e)
        {
            return new SessionSummary(folder, SessionState.Damaged, recording, "", null, null, null, null, bytes, e.Message);
        }
    }
}
