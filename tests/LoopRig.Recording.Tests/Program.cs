namespace LoopRig.Recording.Tests;

/// <summary>Runs the tests, or, when a test asks for a process that it can kill, records until that happens.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
        => args.Length > 0 && args[0] == RecordingProcess.Argument ? RecordingProcess.RunAsync(args[1], args[2]) : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
}
