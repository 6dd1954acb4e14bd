using System.Text.Json;
using LoopRig.Core;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Recording;

/// <summary>The names inside a session's folder, and the reading and atomic writing of its <c>session.json</c>.</summary>
public static class SessionFolder
{
    /// <summary>The description's file name.</summary>
    public const string InfoName = "session.json";
    internal const string LockName = "recording.lock";
    private const string SegmentPrefix = "log-";
    private const string SegmentSuffix = ".lrlog";

    /// <summary>The folder for a new session: start (UTC) and subject, such as <c>20260401-153012_m42</c>. Not created here.</summary>
    /// <param name="root">The folder that holds all sessions.</param>
    /// <param name="subject">Characters that a file name should not have become underscores.</param>
    /// <param name="startedUtc">When the session begins.</param>
    public static string NameNew(string root, string subject, DateTime startedUtc)
    {
        var clean = string.Concat(subject.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        var name = $"{startedUtc:yyyyMMdd-HHmmss}_{clean}";
        var folder = Path.Combine(root, name);
        for (var i = 2; Directory.Exists(folder); i++)
        {
            folder = Path.Combine(root, $"{name}_{i}");
        }
        return folder;
    }

    /// <summary>The path of a segment.</summary>
    public static string SegmentPath(string folder, int segment) => Path.Combine(folder, $"{SegmentPrefix}{segment:d6}{SegmentSuffix}");

    /// <summary>The segments that are there, in order.</summary>
    public static IReadOnlyList<string> Segments(string folder)
    {
        if (!Directory.Exists(folder)) throw new RecordingException($"session {folder}: no such folder");
        var paths = Directory.GetFiles(folder, $"{SegmentPrefix}*{SegmentSuffix}");
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    /// <summary>True when the folder holds a session, whole or not.</summary>
    public static bool IsSession(string folder) => File.Exists(Path.Combine(folder, InfoName)) || (Directory.Exists(folder) && Segments(folder).Count > 0);

    /// <summary>Reads the description.</summary>
    /// <exception cref="RecordingException">It is absent or cannot be read; the segments may still be whole.</exception>
    public static SessionInfo ReadInfo(string folder)
    {
        var path = Path.Combine(folder, InfoName);
        try
        {
            var info = JsonSerializer.Deserialize(File.ReadAllBytes(path), SessionJson.Default.SessionInfo)
                ?? throw new RecordingException($"{path}: empty");
            return info.Format == RecordFormat.Version ? info : throw new RecordingException($"{path}: session format {info.Format}; this program reads {RecordFormat.Version}");
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{path}: cannot be read as a session's description: {e.Message}", e);
        }
    }

    /// <summary>Replaces the description in one step: whoever reads sees the old one or the new one, also after a power cut.</summary>
    /// <exception cref="RecordingException">It cannot be written; the old one is untouched.</exception>
    public static void WriteInfo(string folder, SessionInfo info)
    {
        var path = Path.Combine(folder, InfoName);
        var temporary = path + ".new";
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(handle, JsonSerializer.SerializeToUtf8Bytes(info, SessionJson.Default.SessionInfo), 0);
                RandomAccess.FlushToDisk(handle);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException(Explain(folder, "session.json cannot be written", e), e);
        }
    }

    /// <summary>Marks the folder as being written; the kernel takes the mark back when the process ends, however it ends.</summary>
    /// <returns>null when another process holds it.</returns>
    internal static SafeFileHandle? TryLock(string folder)
    {
        try
        {
            return File.OpenHandle(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>True while a living process records into the folder.</summary>
    public static bool IsBeingRecorded(string folder)
    {
        if (!File.Exists(Path.Combine(folder, LockName))) return false;
        using var handle = TryLock(folder);
        return handle is null;
    }

    /// <summary>The message for a failed write: folder, free bytes, cause.</summary>
    internal static string Explain(string folder, string what, Exception cause)
    {
        string free;
        try
        {
            free = $"{new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace} bytes free";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            free = "free space unknown";
        }
        return $"session {folder}: {what} ({free}): {cause.Message}; what was written before is intact";
    }
}
