using System.CommandLine;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Checks;
using LoopRig.Models.Foundation;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>model info/import/check</c>: network files.</summary>
internal static class ModelVerb
{
    public static Command Create() => new("model", "Look at, import, export and check network files.") { Info(), Import(), Export(), Check() };

    private static Command Info()
    {
        var file = FileArgument("a LoopRig .safetensors, or a published .pth, .pt");
        return Verb.Create("info", "Say what a network file holds.", [file], (parsed, _) =>
        {
            var summary = NetworkFile.Describe(parsed.GetValue(file)!.FullName);
            Console.WriteLine($"{summary.Path}: {summary.Spec.Kind}, {summary.Spec.UnitIds.Length} units, {summary.ParameterCount:N0} parameters");
            Console.WriteLine($"hash {summary.Hash}");
            foreach (var input in summary.Spec.Inputs)
            {
                Console.WriteLine($"input {input.Name}: {(input.Kind == InputKind.Image ? $"image ({input.Channels},{input.Height},{input.Width})" : string.Join(" ", input.Variables))}"
                    + (input.Mean.Length + input.Std.Length == 0 ? "; no statistics" : ""));
            }
            Console.WriteLine(summary.WarmUpSteps == 0 ? "no warm-up" : $"warm-up: the first {summary.WarmUpSteps} predictions after a reset are marked");
            foreach (var (key, value) in summary.Provenance)
            {
                Console.WriteLine($"{key}: {value}");
            }
            foreach (var array in summary.Arrays)
            {
                Console.WriteLine($"  {array}");
            }
            return new VerbResult(ExitCodes.Done, ToJson(summary));
        });
    }

    private static Command Import()
    {
        var file = FileArgument("published weights: .pth, .pt or .safetensors");
        var to = new Argument<FileInfo>("OUT") { Description = "the LoopRig network to write, .safetensors" };
        var kind = new Option<string?>("--kind") { HelpName = "KIND", Description = "what the weights are of; by default recognised by their names" };
        kind.AcceptOnlyFromAmong([.. NetworkFile.PublishedKinds]);
        var window = new Option<int?>("--window") { HelpName = "K", Description = "frames that a Xu network sees, which its weights do not tell" };
        var session = new Option<string?>("--session") { HelpName = "NAME", Description = "whose readout to take, where the file holds several" };
        var shifter = new Option<bool?>("--shifter") { HelpName = "BOOL", Description = "false: leave out a stored shifter, which published networks hold even where they do not use it" };
        var core = new Option<FileInfo?>("--core") { HelpName = "FILE", Description = "the core of a foundation network; by default params_core beside the session's file" };
        var stream = new Option<int?>("--stream") { HelpName = "S", Description = "keep this stream of a foundation network alone (0, 1 ...): a quarter of the released network's cost" };
        return Verb.Create("import", "Turn published weights into a LoopRig network file.", [file, to, kind, window, session, shifter, core, stream], (parsed, _) =>
        {
            var options = new NetworkOptions
            {
                Kind = parsed.GetValue(kind),
                Window = parsed.GetValue(window),
                Session = parsed.GetValue(session),
                Shifter = parsed.GetValue(shifter),
                CoreFile = parsed.GetValue(core)?.FullName,
                Stream = parsed.GetValue(stream),
            };
            var summary = NetworkFile.Import(parsed.GetValue(file)!.FullName, parsed.GetValue(to)!.FullName, options);
            Console.WriteLine($"{summary.Path}: {summary.Spec.Kind}, {summary.Spec.UnitIds.Length} units, hash {summary.Hash[..12]}");
            if (summary.Provenance.TryGetValue("pretrained", out var pretrained))
            {
                Console.WriteLine($"pretrained: {pretrained}");
            }
            return new VerbResult(ExitCodes.Done, ToJson(summary));
        });
    }

    private static Command Export()
    {
        var file = FileArgument("a foundation network");
        var to = new Argument<DirectoryInfo>("FOLDER") { Description = "where params_core.safetensors and params_NAME.safetensors go" };
        var session = new Option<string>("--session") { HelpName = "NAME", Description = "what the session's file is called", DefaultValueFactory = _ => "session" };
        return Verb.Create("export", "Write a foundation network by the published names, split as published.", [file, to, session], (parsed, _) =>
        {
            using var network = NetworkFile.Load(parsed.GetValue(file)!.FullName);
            if (network is not FoundationNetwork foundation)
            {
                throw new NetworkException($"{parsed.GetValue(file)!.FullName}: only a foundation network is published in two files; the file of a {network.Kind} network has the published names already");
            }
            var (core, own) = FoundationExport.Write(foundation, parsed.GetValue(to)!.FullName, parsed.GetValue(session)!);
            Console.WriteLine($"{core}\n{own}");
            return new VerbResult(ExitCodes.Done, new JsonObject { ["core"] = core, ["session"] = own });
        });
    }

    private static Command Check()
    {
        var file = FileArgument("a golden file: weights, inputs, and what the published code made of them");
        var device = new Option<string>("--device") { HelpName = "DEVICE", Description = "cpu or cuda:N", DefaultValueFactory = _ => "cpu" };
        return Verb.Create("check", "Run a golden file and print the largest error of each stage.", [file, device], (parsed, _) =>
        {
            var golden = parsed.GetValue(file)!.FullName;
            var on = Device.Parse(parsed.GetValue(device)!);
            var training = TrainingCheck.Recognise(golden);
            if (training && on != Device.Cpu)
            {
                throw new NetworkException($"--device {on}: {golden} is of training, which is checked on the CPU alone");
            }
            var result = training ? TrainingCheck.Run(golden) : ModelCheck.Run(golden, on);
            foreach (var (stage, error) in result.Stages)
            {
                Console.WriteLine($"{stage,-32} {error:0.00e+0}{(error <= ModelCheckResult.Tolerance ? "" : "  too large")}");
            }
            foreach (var stage in result.NotCompared)
            {
                Console.WriteLine($"{stage,-32} not compared: the network does not hand it out");
            }
            Console.WriteLine($"{result.Kind}: largest error {result.MaxError:0.00e+0}, allowed {ModelCheckResult.Tolerance:0e+0}: {(result.Passed ? "passed" : "FAILED")}");
            return new VerbResult(result.Passed ? ExitCodes.Done : ExitCodes.Failed, new JsonObject
            {
                ["kind"] = result.Kind,
                ["max_error"] = Finite(result.MaxError),
                ["stages"] = new JsonObject(result.Stages.Select(s => KeyValuePair.Create(s.Key, Finite(s.Value)))),
                ["passed"] = result.Passed,
            });
        });
    }

    /// <summary>JSON has no infinity: an error that is no number is null.</summary>
    private static JsonNode? Finite(double error) => double.IsFinite(error) ? error : null;

    private static Argument<FileInfo> FileArgument(string description) => new Argument<FileInfo>("FILE") { Description = description }.AcceptExistingOnly();

    private static JsonObject ToJson(NetworkSummary summary) => new()
    {
        ["file"] = summary.Path,
        ["kind"] = summary.Spec.Kind,
        ["units"] = summary.Spec.UnitIds.Length,
        ["parameters"] = summary.ParameterCount,
        ["hash"] = summary.Hash,
        ["inputs"] = new JsonArray([.. summary.Spec.Inputs.Select(i => (JsonNode)i.Name)]),
    };
}
