using System.CommandLine;
using System.Diagnostics;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>bench</c>: the benchmarks are a program of their own, which the launcher starts itself; this stands in the help and starts it from elsewhere.</summary>
internal static class BenchVerb
{
    public static Command Create()
    {
        var rest = new Argument<string[]>("NAME") { Description = "a benchmark and its options; --list names them", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("bench", "Measure, each benchmark against its reference in the same run.") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed => Run([.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens]));
        return command;
    }

    private static int Run(string[] arguments)
    {
        var program = Path.Combine(Checkout.Root, "artifacts", "bin", "LoopRig.Benchmarks", "release", "LoopRig.Benchmarks.dll");
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"looprig: {program} is not built; run ./looprig bench");
            return ExitCodes.NotReady;
        }
        using var process = Process.Start(Environment.ProcessPath!, [program, .. arguments]);
        process.WaitForExit();
        return process.ExitCode;
    }
}
