namespace LoopRig.Recording.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("looprig-recording-").FullName;

    public string Path { get; }

    public string Session => System.IO.Path.Combine(Path, "session");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
