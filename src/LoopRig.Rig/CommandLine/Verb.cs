using System.CommandLine;
using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Rig.CommandLine;

/// <summary>What every verb has in common: <c>--summary</c>, signals, and errors turned into messages and exit codes.</summary>
internal static class Verb
{
    /// <summary>Makes a verb.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">One sentence for the help.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="run">What it does; the token is cancelled by the first Ctrl-C or SIGTERM.</param>
    public static Command Create(string name, string description, Symbol[] symbols, Func<ParseResult, CancellationToken, VerbResult> run)
    {
        var summary = new Option<FileInfo?>("--summary") { HelpName = "FILE", Description = "write the result as JSON" };
        var command = new Command(name, description) { summary };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }
        command.SetAction(parsed => Run(parsed, parsed.GetValue(summary), run));
        return command;
    }

    private static int Run(ParseResult parsed, FileInfo? summary, Func<ParseResult, CancellationToken, VerbResult> run)
    {
        using var signals = new StopSignals();
        VerbResult result;
        try
        {
            result = run(parsed, signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("looprig: stopped");
            result = new VerbResult(ExitCodes.Failed, new JsonObject { ["error"] = "stopped before it was done" });
        }
        catch (LoopRigException e)
        {
            Console.Error.WriteLine($"looprig: {e.Message}");
            result = new VerbResult(ExitCodes.Of(e), new JsonObject { ["error"] = e.Message });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, a folder that may not be written: what the system says names the file.
            Console.Error.WriteLine($"looprig: {e.Message}");
            result = new VerbResult(ExitCodes.Failed, new JsonObject { ["error"] = e.Message });
        }
        return Write(summary, result) ? result.ExitCode : ExitCodes.Failed;
    }

    /// <summary>Writes beside the target and renames, so that a reader never sees half a file.</summary>
    private static bool Write(FileInfo? file, VerbResult result)
    {
        if (file is null)
        {
            return true;
        }
        result.Summary["exit_code"] = result.ExitCode;
        var beside = file.FullName + ".part";
        try
        {
            File.WriteAllText(beside, result.Summary.ToJsonString(new() { WriteIndented = true }) + "\n");
            File.Move(beside, file.FullName, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"looprig: the summary {file.FullName} cannot be written: {e.Message}");
            return false;
        }
    }
}
