using System.CommandLine;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Rig.Sweeps;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>sweep CONFIG</c>: a grid of trainings, and the papers' tables of it.</summary>
internal static class SweepVerb
{
    /// <summary>The verb of a single cell, which the sweep starts as a process.</summary>
    public const string CellName = "sweep-cell";

    private const long ReportEveryNs = RigClock.SecondNs;

    public static Command Create()
    {
        var file = new Argument<string>("CONFIG") { Description = "a sweep, such as rig-configs/sweep-xu-tables.json" };
        var folder = new Option<DirectoryInfo?>("--out") { HelpName = "FOLDER", Description = "where cells and report go (default: sessions/sweeps/NAME); what is done there is not done again" };
        return Verb.Create("sweep", "Train a grid of networks and print its tables; what was interrupted goes on.", [file, folder],
            (parsed, stop) => new SweepRun(parsed.GetValue(file)!, parsed.GetValue(folder)?.FullName).Execute(stop));
    }

    /// <summary>The verb of a cell; not in the help.</summary>
    public static Command CreateCell()
    {
        var folder = new Argument<string>("FOLDER");
        var command = Verb.Create(CellName, "Run one cell of a sweep.", [folder], (parsed, stop) => RunCell(parsed.GetValue(folder)!, stop));
        command.Hidden = true;
        return command;
    }

    private static VerbResult RunCell(string folder, CancellationToken stop)
    {
        var abandoned = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // The sweep holds the other end of the standard input: when it dies without a word, its cells end as well.
        new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }
            abandoned.Cancel();
        })
        { IsBackground = true, Name = "sweep" }.Start();
        long reported = 0;
        try
        {
            var result = SweepCellRun.Execute(folder, words =>
            {
                if (RigClock.Now - reported > ReportEveryNs)
                {
                    reported = RigClock.Now;
                    Console.WriteLine(words);
                }
            }, abandoned.Token);
            return new VerbResult(result.Error is null ? ExitCodes.Done : ExitCodes.Failed, new JsonObject { ["error"] = result.Error });
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new VerbResult(ExitCodes.Failed, new JsonObject { ["error"] = "the sweep ended" });
        }
    }
}
