using System.Globalization;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Recording;

namespace LoopRig.Rig.Inception;

/// <summary>The folder of a loop: its state, its lock, and where everything lies.</summary>
internal sealed class InceptionFolder : IDisposable
{
    private const string StateName = "state.json";
    private readonly FileStream _lock;

    /// <summary>Opens it, or makes it; no other process may use it meanwhile.</summary>
    /// <exception cref="NotReadyException">It cannot be written, or another loop runs in it.</exception>
    public InceptionFolder(string path)
    {
        Path = path;
        try
        {
            Directory.CreateDirectory(path);
            _lock = new FileStream(In("loop.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            foreach (var folder in (string[])[Stimuli, Sessions, Synthesis])
            {
                Directory.CreateDirectory(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotReadyException($"{path}: the loop's folder cannot be written, or another loop runs in it: {e.Message}", e);
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Stimulus files and their images.</summary>
    public string Stimuli => In("stimuli");

    /// <summary>Recorded sessions.</summary>
    public string Sessions => In("sessions");

    /// <summary>The training's run folder.</summary>
    public string Training => In("training");

    /// <summary>What synthesis keeps.</summary>
    public string Synthesis => In("synthesis");

    /// <summary>The neurons, judged.</summary>
    public string Selection => In("selection.json");

    /// <summary>The set that is presented.</summary>
    public string Set => System.IO.Path.Combine(Stimuli, "set.json");

    /// <summary>The stimulus file that presents it.</summary>
    public string Present => System.IO.Path.Combine(Stimuli, "present.json");

    /// <summary>The summary of the live part.</summary>
    public string Live => In("live.json");

    /// <summary>What was found.</summary>
    public string Verification => In("verification.json");

    /// <summary>The page.</summary>
    public string Report => In("report.html");

    /// <summary>Where the natural images came from.</summary>
    public string Images => In("images.json");

    /// <summary>How far the loop had come; null before its first start.</summary>
    /// <exception cref="DataFileException">It is none of this version.</exception>
    public InceptionState? State
    {
        get
        {
            var path = In(StateName);
            if (!File.Exists(path))
            {
                return null;
            }
            var version = (int?)DurableFile.Read<JsonObject>(path)["version"];
            return version == InceptionState.CurrentVersion
                ? DurableFile.Read<InceptionState>(path)
                : throw new DataFileException(path, FormattableString.Invariant($"is of version {version?.ToString(CultureInfo.InvariantCulture) ?? "none"}; this program goes on from version {InceptionState.CurrentVersion}: give the loop another folder, or remove this one to begin anew"));
        }
    }

    /// <summary>A path in the folder.</summary>
    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes how far the loop has come.</summary>
    public void Save(InceptionState state) => DurableFile.Write(In(StateName), state);

    /// <summary>Sessions in the folder that are none of the given ones: what a crash left.</summary>
    public IEnumerable<string> SessionsBeside(IEnumerable<string> known) =>
        Directory.EnumerateDirectories(Sessions).Where(SessionFolder.IsSession).Order(StringComparer.Ordinal).Except(known.Select(System.IO.Path.GetFullPath));

    /// <summary>A session's folder that is not there yet.</summary>
    public static string NewSession(string folder, string name)
    {
        var path = System.IO.Path.Combine(folder, name);
        for (var number = 2; Directory.Exists(path); number++)
        {
            path = System.IO.Path.Combine(folder, $"{name}-{number}");
        }
        return path;
    }

    /// <summary>Ends the lock.</summary>
    public void Dispose() => _lock.Dispose();
}
