using System.Diagnostics;
using Xunit;

namespace LoopRig.Torch.Tests.Formats;

/// <summary>Runs Python with PyTorch, the reference of these tests; a test that needs it is skipped, with the reason, where it is absent.</summary>
internal static class PythonTorch
{
    private const string Interpreter = "/usr/bin/python3";

    private static readonly Lazy<string?> s_missing = new(() =>
    {
        if (!File.Exists(Interpreter)) return $"{Interpreter} is absent";
        (int code, string text) = Start("import torch, numpy", []);
        return code == 0 ? null : $"{Interpreter} has no torch and numpy: {text.Trim().Split('\n')[^1]}";
    });

    /// <summary>Runs a script with arguments (sys.argv[1:]) and returns what it printed; fails the test when the script fails.</summary>
    internal static string Run(string script, params string[] arguments)
    {
        if (s_missing.Value is string reason) Assert.Skip(reason);
        (int code, string text) = Start(script, arguments);
        Assert.True(code == 0, text);
        return text;
    }

    private static (int Code, string Text) Start(string script, string[] arguments)
    {
        ProcessStartInfo start = new(Interpreter) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        // One thread: many test programs may share the machine, and sums in one order are the same sums.
        start.Environment["OMP_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
