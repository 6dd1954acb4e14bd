using System.CommandLine;
using System.CommandLine.Parsing;
using LoopRig.Core;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Inception;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>run CONFIG</c>: a live rig.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var config = ConfigArgument.Create();
        var seconds = new Option<double?>("--seconds") { HelpName = "S", Description = "end after this long; without it at the sources' end or Ctrl-C" };
        var only = new Option<string?>("--only") { HelpName = "ADAPTER", Description = "run this one adapter by itself, without network; only one with process alone pushes its samples to its rig's recorder" };
        var subscribers = new Option<int>("--wait-subscribers") { HelpName = "N", Description = "start the sources when the predictions have this many subscribers" };
        var sessions = new Option<DirectoryInfo?>("--session-dir") { HelpName = "FOLDER", Description = "where the session's folder is made, instead of session.folder" };
        seconds.Validators.Add(result => Check(result, value => value > 0, "more than 0"));
        subscribers.Validators.Add(result => Check(result, value => value >= 0, "0 or more"));
        return Verb.Create("run", "Run a live rig, or an inception loop on one.", [config, seconds, only, subscribers, sessions], (parsed, stop) =>
        {
            if (InceptionConfig.IsOne(parsed.GetValue(config)!))
            {
                return RunInception(parsed.GetValue(config)!, parsed.GetValue(seconds) is null && parsed.GetValue(only) is null && parsed.GetValue(subscribers) == 0 && parsed.GetValue(sessions) is null, stop);
            }
            var rig = RigConfigFile.Load(parsed.GetValue(config)!);
            if (parsed.GetValue(sessions) is { } folder)
            {
                rig = rig with { Session = rig.Session with { Folder = folder.FullName } };
            }
            var options = new RunOptions
            {
                Seconds = parsed.GetValue(seconds),
                Only = parsed.GetValue(only),
                WaitSubscribers = parsed.GetValue(subscribers),
                Output = Console.Out,
            };
            var summary = LiveRun.Execute(rig, options, stop);
            Console.WriteLine($"{summary.Predictions} predictions in {summary.Seconds:0.0} s, {summary.Fallbacks} fallbacks, {summary.DeadlineMisses} deadline misses, {summary.Drops} drops"
                + (summary.Degraded > 0 ? $", {summary.Degraded} degraded" : "")
                + $"; latency p50 {summary.LatencyUs.P50:0} us, p99 {summary.LatencyUs.P99:0} us, max {summary.LatencyUs.Max:0} us");
            if (summary.Session is not null)
            {
                Console.WriteLine($"session {summary.Session}");
            }
            if (summary.Fault is not null)
            {
                Console.Error.WriteLine($"looprig: {summary.Fault}");
            }
            return new VerbResult(summary.Fault is null ? ExitCodes.Done : ExitCodes.Failed, summary.ToJson());
        });
    }

    private static VerbResult RunInception(string file, bool alone, CancellationToken stop)
    {
        if (!alone)
        {
            throw new RigConfigException(file, "kind", "an inception loop takes no --seconds, --only, --wait-subscribers or --session-dir: its file says what is shown, and where it is kept");
        }
        var loop = InceptionConfig.Load(file);
        return InceptionRun.Execute(loop, InceptionRun.FolderOf(loop), Console.Error, stop);
    }

    // What is no number at all the parser refuses itself.
    private static void Check(OptionResult result, Func<double, bool> isRight, string words)
    {
        if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, out var value) && !isRight(value))
        {
            result.AddError($"{result.Option.Name}: {words} is needed");
        }
    }
}
