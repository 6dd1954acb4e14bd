using System.CommandLine;
using System.Text.Json.Nodes;
using LoopRig.Rig.Configuration;
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
            var lines = Preflight.Run(RigConfigFile.Load(parsed.GetValue(config)!), stop);
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

    private static string Word(PreflightResult result) => result switch { PreflightResult.Ok => "ok", PreflightResult.Warn => "warn", _ => "FAIL" };
}
