using System.Diagnostics;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Rig.Sweeps;
using LoopRig.Synthesis;
using LoopRig.Training;

namespace LoopRig.Rig.Synthesis;

/// <summary>
/// A synthesis from a network's file to a folder: inputs that drive neurons most (or least), what is known about them, a set that the display plays, pictures and a page. A run that was ended goes on
/// when it is called again with the same options and folder; one that is done is not done again.
/// </summary>
internal static class SynthesisRun
{
    private const string StateFolder = "state";

    /// <summary>Synthesises.</summary>
    /// <param name="options">What, and where to.</param>
    /// <param name="progress">Told the share that is done and what is at work, often.</param>
    /// <param name="stop">Ends it; what is done is kept.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="RigConfigException">An option names what is not there: preset, neuron, pictures.</exception>
    /// <exception cref="LoopRigException">A file cannot be read, the network takes no image, or another synthesis works in the folder.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static SynthesisReport Execute(SynthesisOptions options, Action<double, string> progress, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        if (!SynthesisPreset.Names.Contains(options.Preset))
        {
            throw new RigConfigException("synthesize", "--preset", $"there is no preset '{options.Preset}'; there is {string.Join(", ", SynthesisPreset.Names)}");
        }
        using var network = NetworkFile.Load(options.Network);
        var image = network.Inputs.FirstOrDefault(static input => input.Kind == InputKind.Image)
            ?? throw new NetworkException($"{options.Network}: the network takes no image, so that none can be found for it; its inputs are {string.Join(", ", network.Inputs.Select(static input => input.Name))}");
        if (image.Channels != 1)
        {
            throw new NetworkException($"{options.Network}: the network takes images of {image.Channels} colours; sets are grey, as the display is");
        }
        if (options is { Rivals: true, Frames: > 1 })
        {
            throw new RigConfigException("synthesize", "--rivals", "are images; there are none for movies");
        }
        var choice = new NeuronChoice(options.Neurons, options.Network, network.UnitIds);
        using var held = new SynthesisFolder(options.Folder);
        var hash = network.Hash;
        var key = SynthesisReport.KeyOf(options, hash);
        if (SynthesisReport.Find(options.Folder, key) is { } done)
        {
            return done;
        }
        progress(0, "natural pictures");
        var crops = options.Images is null ? null : NaturalCrops.Load(options.Images, image.Height, image.Width, options.Seed, stop);
        var units = PixelUnits.Of(image, network.Kind) ?? crops?.Units() ?? throw new RigConfigException(options.Network, "--images", "published weights of this kind were trained on normalised images and do not say by what; natural pictures are needed to measure it on");
        var shown = new Shown(units, new Contrast(units.Grey, (options.Contrast ?? crops?.MedianContrast() ?? throw new RigConfigException(options.Network, "--contrast", "give the contrast, or natural pictures whose median it is to be")) / units.Deviation));
        var work = new NeuronSynthesis(network, options, shown, image.Height, image.Width);
        var (chosen, scores, by) = Choose(choice, options, work, crops, progress, stop);

        var results = work.Synthesise(chosen, Path.Combine(options.Folder, StateFolder), progress, stop);
        var neurons = work.Measure(chosen, scores, results, crops, progress, stop);

        if (options.Diverse is not null || options.Rivals)
        {
            neurons = new RelativeSearch(network, options, work, shown).Add(neurons, results, progress, stop);
        }
        progress(1, "page");
        var report = SynthesisReport.Write(new SynthesisFindings
        {
            Options = options,
            Key = key,
            NetworkHash = hash,
            NetworkKind = network.Kind,
            NetworkUnits = network.Units,
            Preset = work.Preset,
            Shown = shown,
            Height = image.Height,
            Width = image.Width,
            ChosenBy = by,
            Crops = crops,
            Neurons = neurons,
            Seconds = clock.Elapsed.TotalSeconds,
        });
        Directory.Delete(Path.Combine(options.Folder, StateFolder), recursive: true);
        return report;
    }

    private static (int[] Units, double[] Scores, string By) Choose(NeuronChoice choice, SynthesisOptions options, NeuronSynthesis work, NaturalCrops? crops, Action<double, string> progress, CancellationToken stop)
    {
        if (choice.BestCount == 0)
        {
            return (choice.Units, [.. choice.Units.Select(static _ => double.NaN)], "named by the user");
        }
        if (options.Data is not null)
        {
            progress(0.01, "evaluation");
            var evaluation = EvaluationRun.Execute(new NetworkSource(options.Network), null, RecordedData.Load(options.Data, stop), DataPart.Validation, stop);
            var correlations = evaluation.Scores(Training.ScoreKind.SingleBin);
            if (correlations.Length != work.NetworkUnits)
            {
                throw new RigConfigException(options.Data, "--data", $"its responses are of {correlations.Length} neurons in {evaluation.Sessions.Count} sessions, the network has {work.NetworkUnits}: name one session");
            }
            var best = choice.BestOf(correlations);
            return (best, [.. best.Select(unit => correlations[unit])], $"the {best.Length} with the highest correlation of prediction and recorded responses on the validation part of {Path.GetFileName(options.Data)} ({evaluation.Sessions.Sum(static session => session.First.Bins)} responses)");
        }
        if (crops is null)
        {
            throw new RigConfigException(options.Network, "--neurons", "the best neurons need natural pictures (--images) or recorded responses (--data) to be chosen by");
        }
        progress(0.01, "responses to natural crops");
        var variances = work.ResponseVariances(crops, stop);
        var most = choice.BestOf(variances);
        return (most, [.. most.Select(unit => variances[unit])], $"the {most.Length} of {variances.Length} whose predicted responses vary most over {crops.Choosing.Count} natural crops, which are none of those compared with; no recorded responses were given");
    }
}
