using System.CommandLine;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>replay SESSION</c>: the same predictions again, from the recording.</summary>
internal static class ReplayVerb
{
    public static Command Create()
    {
        var session = new Argument<DirectoryInfo>("SESSION") { Description = "a session's folder" }.AcceptExistingOnly();
        return Verb.Create("replay", "Compute a session's predictions again and compare them bit for bit.", [session], (parsed, stop) =>
        {
            var summary = ReplayRun.Execute(parsed.GetValue(session)!.FullName, Console.Out, stop);
            Console.WriteLine($"{summary.Predictions} predictions: {summary.Equal} with the same bits, {summary.Different} different"
                + (summary.FirstDifferentBin is { } bin ? $", the first in bin {bin}, by at most {summary.MaxDifference:0.0e+0}" : ""));
            if (summary.FirstProblem is not null)
            {
                Console.WriteLine($"{summary.Incomplete} bins are not whole in the log: {summary.FirstProblem}");
            }
            return new VerbResult(summary.Passed ? ExitCodes.Done : ExitCodes.Failed, summary.ToJson());
        });
    }
}
