using System.Diagnostics;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using Xunit;

namespace LoopRig.Native.Tests;

public sealed class NativeLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FindShim_WalksUpFromTheProgram()
    {
        string shim = Path.Combine(_folder, "artifacts", "native", "opencv", "lib.so");
        Directory.CreateDirectory(Path.GetDirectoryName(shim)!);
        File.WriteAllText(shim, "");
        string program = Directory.CreateDirectory(Path.Combine(_folder, "artifacts", "bin", "rig")).FullName;
        Assert.Equal(shim, NativeLoader.FindShim(null, program, "opencv", "lib.so"));
    }

    [Fact]
    public void FindShim_Nowhere_SaysHowToBuildIt()
    {
        string message = Assert.Throws<NativeLibraryException>(() => NativeLoader.FindShim(null, _folder, "opencv", "lib.so")).Message;
        Assert.Contains("./looprig", message);
        Assert.Contains(_folder, message);
        Assert.Contains($"LOOPRIG_NATIVE={_folder}", Assert.Throws<NativeLibraryException>(() => NativeLoader.FindShim(_folder, "/", "opencv", "lib.so")).Message);
    }

    [Fact]
    public void LoadShim_FileThatIsNoLibrary_NamesIt()
    {
        string file = Path.Combine(_folder, "lib.so");
        File.WriteAllText(file, "no library");
        Assert.Contains(file, Assert.Throws<NativeLibraryException>(() => NativeLoader.LoadShim(file)).Message);
    }

    [Fact]
    public void FirstUse_WithoutTheShim_ThrowsTheLoadersOwnException()
    {
        if (Environment.GetEnvironmentVariable("LOOPRIG_NATIVE") is "/nowhere")
        {
            // The child process below: a library is looked for once a process.
            Assert.Contains("/nowhere/opencv", Assert.Throws<NativeLibraryException>(() => Imaging.SetThreads(1)).Message);
            return;
        }

        // Run by its own executable, or as `dotnet TESTS.dll`.
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(NativeLoaderTests).Assembly.Location] : [];
        ProcessStartInfo child = new(Environment.ProcessPath!, [.. program, "-method", $"*.{nameof(FirstUse_WithoutTheShim_ThrowsTheLoadersOwnException)}"]) { RedirectStandardOutput = true };
        child.Environment["LOOPRIG_NATIVE"] = "/nowhere";
        using Process process = Process.Start(child)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 1", output);
    }
}
