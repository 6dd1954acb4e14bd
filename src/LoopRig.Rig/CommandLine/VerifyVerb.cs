using System.CommandLine;
using System.Text.Json.Nodes;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Inception;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>verify CONFIG</c>: the pre-flight.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var config = ConfigArgument.Create();
        return Verb.Create("verify", "Check before a session what would spoil it; exit code 3 when the rig must not start.", [config], (parsed, stop) =>
        {
            var lines = Check(parsed.GetValue(config)!, stop);
            foreach (var line in lines)
            {
                Console.WriteLine($"{Word(line.Result),-4}  {line.Check,-20} {line.Text}");
            }
            var failed = lines.Count(l => l.Result == PreflightResult.Fail);
            Console.WriteLine(failed == 0 ? "the rig may start" : $"the rig must not start: {failed} of {lines.Count} checks failed");
            return new VerbResult(failed == 0 ? ExitCodes.Done : ExitCodes.NotReady, new JsonObject
            {
                ["passed"] = failed == 0,
                ["checks"] = new JsonArray([.. lines.Select(l => (JsonNode)new JsonObject { ["check"] = l.Check, ["result"] = Word(l.Result).ToLowerInvariant(), ["text"] = l.Text })]),
            });
        });
    }

    // Of an inception loop what can be known before anything is shown: its own file, and its rig, whose network and controller it does not use.
    private static IReadOnlyList<PreflightLine> Check(string file, CancellationToken stop)
    {
        if (!InceptionConfig.IsOne(file))
        {
            return Preflight.Run(RigConfigFile.Load(file), stop);
        }
        var loop = InceptionConfig.Load(file);
        var rig = InceptionRigs.Open(loop, TextWriter.Null);
        return
        [
            new(PreflightResult.Ok, "inception loop", $"{file}: every key is known and in range, and the network sees frames of {rig.Frames.Height} x {rig.Frames.Width}"),
            .. Preflight.Run(rig.Config with { Network = null, Controller = null }, stop),
        ];
    }

    private static string Word(PreflightResult result) => result switch { PreflightResult.Ok => "ok", PreflightResult.Warn => "warn", _ => "FAIL" };
}
