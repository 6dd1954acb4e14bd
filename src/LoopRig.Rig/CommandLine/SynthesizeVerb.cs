using System.CommandLine;
using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Synthesis;
using LoopRig.Torch;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>synthesize NETWORK</c>: inputs that drive neurons most, or least.</summary>
internal static class SynthesizeVerb
{
    private const int LowPriority = 10, LowestPriority = 19;

    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = "a network file" };
        var neurons = new Option<string?>("--neurons") { HelpName = "WHICH", Description = "best:N, ids such as 12,85, or places such as 0..31 (default: best:32, or as many as there are)" };
        var images = new Option<string?>("--images") { HelpName = "FOLDER", Description = "natural pictures: a folder of images or of zips of them, a zip, a .npy; the contrast is theirs, and results are compared with them" };
        var data = new Option<string?>("--data") { HelpName = "DATA", Description = "recorded responses to choose the best neurons by, as for evaluate; without it by variance over the pictures" };
        var preset = new Option<string>("--preset") { HelpName = "NAME", Description = "the recipe: xu, inception2019 or foundation", DefaultValueFactory = static _ => "inception2019" };
        var published = new Option<bool>("--published") { Description = "as many repeats as the recipe's publication used" };
        var steps = new Option<int?>("--steps") { HelpName = "N", Description = "steps of an ascent, in place of the recipe's" };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "of starts and of the choice of pictures" };
        var contrast = new Option<double?>("--contrast") { HelpName = "C", Description = "standard deviation of an image's pixels, 0 black to 1 white (default: the median of the pictures)" };
        var least = new Option<bool>("--least") { Description = "the least exciting inputs" };
        var diverse = new Option<int?>("--diverse") { HelpName = "N", Description = "beside each best input N others that drive the neuron nearly as well and look different" };
        var rivals = new Option<bool>("--rivals") { Description = "beside each best image the best Gabor and the best centre-surround" };
        var movie = new Option<int>("--movie") { HelpName = "FRAMES", Description = "movies of so many frames", DefaultValueFactory = static _ => 1 };
        var burnIn = new Option<int>("--burn-in") { HelpName = "FRAMES", Description = "of movies: first frames whose responses do not count" };
        var rate = new Option<double>("--rate-hz") { HelpName = "HZ", Description = "of movies: frames a second", DefaultValueFactory = static _ => 30 };
        var folder = new Option<DirectoryInfo?>("--out") { HelpName = "FOLDER", Description = "where set, pictures and report.html go (default: sessions/synthesis/NETWORK-PRESET); what was interrupted there goes on" };
        var nice = new Option<int>("--nice") { HelpName = "N", Description = "how much it yields to other processes, 0 not at all to 19", DefaultValueFactory = static _ => LowPriority };
        var cores = new Option<string?>("--cores") { HelpName = "LIST", Description = "the processors that it may use, such as 1,3 (default: all)" };
        return Verb.Create("synthesize", "Find the images or movies that drive neurons most.",
            [network, neurons, images, data, preset, published, steps, seed, contrast, least, diverse, rivals, movie, burnIn, rate, folder, nice, cores], (parsed, stop) =>
        {
            var file = parsed.GetValue(network)!;
            LibTorch.NumThreads = Yield(parsed.GetValue(nice), parsed.GetValue(cores));
            var options = new SynthesisOptions
            {
                Network = Path.GetFullPath(file),
                Neurons = parsed.GetValue(neurons),
                Images = parsed.GetValue(images) is { } pictures ? Path.GetFullPath(pictures) : null,
                Data = parsed.GetValue(data),
                Preset = parsed.GetValue(preset)!,
                Published = parsed.GetValue(published),
                Steps = Checked("--steps", parsed.GetValue(steps), static n => n >= 1, "at least 1"),
                Seed = parsed.GetValue(seed),
                Contrast = Checked("--contrast", parsed.GetValue(contrast), static c => c is > 0 and <= 0.5, "above 0 and at most 0.5"),
                Least = parsed.GetValue(least),
                Diverse = Checked("--diverse", parsed.GetValue(diverse), static n => n is >= 2 and <= 64, "2 to 64"),
                Rivals = parsed.GetValue(rivals),
                Frames = Checked<int>("--movie", parsed.GetValue(movie), static n => n is >= 1 and <= 10_000, "1 to 10000 frames")!.Value,
                BurnIn = Checked<int>("--burn-in", parsed.GetValue(burnIn), n => n >= 0 && n < parsed.GetValue(movie), "0 or more, and less than the movie has frames")!.Value,
                RateHz = Checked<double>("--rate-hz", parsed.GetValue(rate), static hz => hz is > 0 and <= 1000, "above 0 and at most 1000")!.Value,
                Folder = parsed.GetValue(folder)?.FullName ?? Path.Combine(Checkout.Root, "sessions", "synthesis", $"{Path.GetFileNameWithoutExtension(file)}-{parsed.GetValue(preset)}"),
            };
            SynthesisReport report;
            using (var line = new ProgressLine("synthesize"))
            {
                report = SynthesisRun.Execute(options, (share, words) => line.Report(share, words), stop);
                line.Done($"{report.Json["neurons_synthesised"]} neurons");
            }
            Console.WriteLine(Words(report));
            Console.WriteLine($"Look at {report.PagePath} and {report.SheetPath}; the display plays {report.SetPath}");
            var summary = report.Json.DeepClone().AsObject();
            (summary["folder"], summary["set"], summary["page"], summary["sheet"]) = (report.Folder, report.SetPath, report.PagePath, report.SheetPath);
            return new VerbResult(ExitCodes.Done, summary);
        });
    }

    private static string Words(SynthesisReport report) => report.Json["beyond_all_crops"] is { } beyond
        ? $"{beyond} of {report.Json["neurons_synthesised"]} neurons respond {(report.Json["role"]!.GetValue<string>() == "lei" ? "less" : "more")} to their input than to any of {report.Json["crops"]!["compared"]} natural crops at the same mean and contrast"
        : $"{report.Json["neurons_synthesised"]} neurons";

    // Before libtorch starts its threads, which inherit both. A thread for each processor that is left.
    private static int Yield(int nice, string? cores)
    {
        if (nice is < 0 or > LowestPriority)
        {
            throw new RigConfigException("synthesize", "--nice", $"must be 0 to {LowestPriority}");
        }
        if (nice > 0 && !BackgroundProcess.TryLower(nice))
        {
            Console.Error.WriteLine("looprig: warning: the system does not let the process lower its priority; it goes on without");
        }
        if (cores is null)
        {
            return Environment.ProcessorCount;
        }
        var named = cores.Split(',', StringSplitOptions.TrimEntries).Select(static core => int.TryParse(core, out var number) ? number : -1).Distinct().ToArray();
        return BackgroundProcess.TryPinTo(named) ? named.Length : throw new RigConfigException("synthesize", "--cores", $"'{cores}' are no processors of this computer that the process may use; they are numbered from 0, as in 1,3");
    }

    private static T? Checked<T>(string option, T? value, Func<T, bool> holds, string right) where T : struct
        => value is not { } given || holds(given) ? value : throw new RigConfigException("synthesize", option, $"must be {right}");
}
