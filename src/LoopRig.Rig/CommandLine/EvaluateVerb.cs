using System.CommandLine;
using System.Text.Json;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Sweeps;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>evaluate NETWORK DATA</c>: scores on held-out data, alone or against another network.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = "a network file, or the folder of a training run" };
        var data = new Argument<string>("DATA") { Description = "a data or training config (.json), a session's folder, or the folder of a training run" };
        var against = new Option<string?>("--against") { HelpName = "OTHER", Description = "a network or run to compare with, on the same bins" };
        var part = new Option<string>("--part") { HelpName = "PART", Description = "validation, to choose by; or test (default), whose every opening is logged in the runs' folders", DefaultValueFactory = static _ => "test" };
        part.AcceptOnlyFromAmong("validation", "test");
        var folder = new Option<DirectoryInfo?>("--out") { HelpName = "FOLDER", Description = "where report.html, scores.csv and scores.json go (default: sessions/evaluations/NAME)" };
        var device = DeviceOption.Create("where to predict: cpu or cuda:N");
        return Verb.Create("evaluate", "Score a network on held-out data, alone or against another.", [network, data, against, part, folder, device], (parsed, stop) =>
        {
            LibTorch.NumThreads = Environment.ProcessorCount;
            var validation = parsed.GetValue(part) == "validation";
            var on = DeviceOption.Read(parsed, device);
            var first = new NetworkSource(parsed.GetValue(network)!, on);
            var second = parsed.GetValue(against) is { } other ? new NetworkSource(other, on) : null;
            var evaluation = EvaluationRun.Execute(first, second, RecordedData.Load(parsed.GetValue(data)!, stop), validation ? DataPart.Validation : DataPart.Test, stop);
            var to = parsed.GetValue(folder)?.FullName ?? Path.Combine(Checkout.Root, "sessions", "evaluations", (second is null ? first.Name : $"{first.Name}-{second.Name}") + (validation ? "-validation" : ""));
            return Report(evaluation, to);
        });
    }

    private static VerbResult Report(Evaluation evaluation, string folder)
    {
        foreach (var line in EvaluationReport.Lines(evaluation))
        {
            Console.WriteLine(line);
        }
        var json = EvaluationReport.Json(evaluation);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "scores.csv"), EvaluationReport.Csv(evaluation));
        File.WriteAllText(Path.Combine(folder, "scores.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        File.WriteAllText(Path.Combine(folder, "report.html"), EvaluationReport.Html(evaluation));
        Console.WriteLine($"Report: {Path.Combine(folder, "report.html")}");
        json["folder"] = folder;
        return new VerbResult(ExitCodes.Done, json);
    }
}
