using System.Diagnostics;

namespace LoopRig.Rig.Tests.CommandLine;

/// <summary>Runs the built program as a user does, and gives what it printed and its exit code.</summary>
internal sealed record LoopRigProcess(int ExitCode, string Output, string Error)
{
    /// <summary>The program beside these tests, of the same build configuration.</summary>
    public static string Program { get; } =
        Repository.PathOf("artifacts", "bin", "LoopRig.Rig", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "LoopRig.Rig.dll");

    public static Task<LoopRigProcess> RunAsync(params string[] arguments) => RunInAsync(new Dictionary<string, string>(), arguments);

    public static async Task<LoopRigProcess> RunInAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var stop = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var error = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new LoopRigProcess(process.ExitCode, await output, await error);
    }
}
