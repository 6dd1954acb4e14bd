using LoopRig.Synthesis;

namespace LoopRig.Rig.Synthesis;

/// <summary>Holds the folder of a synthesis while it is worked in: two that write into one would mix their states and sets.</summary>
internal sealed class SynthesisFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <summary>Makes the folder, if it is not there, and holds it.</summary>
    /// <exception cref="SynthesisException">It cannot be written, or another synthesis works in it.</exception>
    public SynthesisFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            _lock = new FileStream(Path.Combine(path, "synthesis.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SynthesisException($"{path}: the folder cannot be written, or another synthesis works in it: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
