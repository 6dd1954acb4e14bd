using Xunit;

namespace LoopRig.Torch.Tests.Formats;

/// <summary>A folder for one test's files, removed at its end; and the way to the shared inputs beside the checkout.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("looprig-test-").FullName;

    internal string this[string file] => Path.Combine(_path, file);

    /// <summary>A file below ../shared; the test is skipped where it is absent.</summary>
    internal static string Shared(string relative)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LoopRig.sln")))
            folder = folder.Parent;
        string? data = Environment.GetEnvironmentVariable("LOOPRIG_DATA");
        string shared = data is not null ? Path.GetDirectoryName(Path.GetFullPath(data).TrimEnd('/'))! : Path.Combine(folder?.Parent?.FullName ?? "/", "shared");
        string path = Path.Combine(shared, relative);
        if (!File.Exists(path)) Assert.Skip($"{path} is absent");
        return path;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
