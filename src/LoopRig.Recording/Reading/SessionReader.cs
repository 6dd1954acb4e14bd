using LoopRig.Core;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Recording;

/// <summary>A recorded session, to be read in order, by stream, or bin by bin. Sessions that are damaged or still being recorded can be read too.</summary>
public sealed class SessionReader : IDisposable
{
    private readonly SafeFileHandle?[] _files;
    private SessionIndex? _index;

    /// <summary>Opens a session.</summary>
    /// <param name="folder">The session's folder.</param>
    /// <exception cref="RecordingException">There is no session, or its description cannot be read (<c>sessions recover</c> can make a new one).</exception>
    public SessionReader(string folder)
        : this(folder, SessionFolder.ReadInfo(folder))
    {
    }

    internal SessionReader(string folder, SessionInfo info)
    {
        Folder = folder;
        Info = info;
        Segments = SessionFolder.Segments(folder);
        _files = new SafeFileHandle?[Segments.Count];
    }

    /// <summary>The session's folder.</summary>
    public string Folder { get; }

    /// <summary>The session's description.</summary>
    public SessionInfo Info { get; }

    /// <summary>The segments' paths, in order.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Where everything lies; the first use reads the whole log.</summary>
    public SessionIndex Index => _index ??= BuildIndex(CancellationToken.None);

    /// <summary>Reads the whole log, unless that was done, and says where everything lies.</summary>
    /// <exception cref="RecordingException">A segment belongs to another session or cannot be read.</exception>
    public SessionIndex BuildIndex(CancellationToken stop)
    {
        var index = _index ?? SessionIndex.Build(Segments, Info.PredictionStream, stop);
        foreach (var start in index.Segments)
        {
            if (start.Session != Info.Id) throw new RecordingException($"session {Folder}: segment {start.Segment} belongs to session {start.Session}, not to {Info.Id}");
        }
        return _index = index;
    }

    /// <summary>Starts to read every record in order; the caller disposes the cursor.</summary>
    public SessionCursor OpenCursor() => new(Segments);

    /// <summary>Reads one message into the caller's memory.</summary>
    /// <exception cref="RecordingException">The file has changed or fails.</exception>
    public void Read(in MessageEntry entry, RecordedMessage into)
    {
        var body = into.Prepare(entry);
        try
        {
            var file = _files[entry.Segment] ??= File.OpenHandle(Segments[entry.Segment], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var at = entry.Offset + RecordFormat.HeaderLength;
            for (var rest = body; rest.Length > 0;)
            {
                var read = RandomAccess.Read(file, rest, at);
                if (read == 0) throw new RecordingException($"{Segments[entry.Segment]}: the file has become shorter");
                rest = rest[read..];
                at += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{Segments[entry.Segment]}: {e.Message}", e);
        }
        var error = into.Check();
        if (error != WireError.None) throw new RecordingException($"{Segments[entry.Segment]}: the message at byte {entry.Offset} is not what it was when indexed ({error})");
    }

    /// <summary>Reads a message by its sequence number; false when it was not recorded.</summary>
    public bool TryRead(string stream, ulong sequence, RecordedMessage into)
    {
        if (Index.Find(stream) is not { } index || index.Find(sequence) is not (>= 0 and var place)) return false;
        Read(index.Messages[place], into);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file?.Dispose();
        }
    }
}
