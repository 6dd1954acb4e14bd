using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Models;
using LoopRig.Synthesis;

namespace LoopRig.Rig.Inception;

/// <summary>Makes the most exciting image of each chosen neuron, finds its rivals, and writes the set that is presented: all at one mean and one contrast.</summary>
internal sealed class SynthesiseStage(InceptionConfig config, InceptionFolder folder, CollectStimuli stimuli, INetwork network, Selection selection)
{
    private readonly InputSpec _image = network.Inputs.Single(static i => i.Kind == InputKind.Image);
    private readonly ImagePredictor _predictor = new(network, selection.Fixed);
    private readonly UnitQuality[] _chosen = [.. selection.Chosen];

    /// <summary>Makes and writes everything; what an interrupted synthesis has done is not done again.</summary>
    public void Run(Action<double, string> progress, CancellationToken stop)
    {
        var contrast = config.Synthesise.Contrast;
        int[] units = [.. _chosen.Select(static u => u.Index)];
        var images = Synthesise(progress, stop);
        progress(0.6, "best natural images");
        var controls = new ControlImages(_predictor, contrast);
        var natural = controls.BestNatural(stimuli.ReadPool(), units, config.Present.Naturals, stop);
        var random = new SeededRandom((ulong)config.Seed, "controls");
        var gabors = controls.BestGabors(units, config.Present.Gabors, random, share => progress(0.65 + 0.35 * share, "best Gabors"), stop);
        var (items, pixels) = (new List<MeiSetItem>(), new List<float[]>());
        for (var u = 0; u < units.Length; u++)
        {
            var unit = _chosen[u].Unit;
            Add(unit, StimulusClass.Mei, [images[u]]);
            Add(unit, StimulusClass.Natural, natural[u]);
            Add(unit, StimulusClass.Gabor, gabors[u]);
            // The order of its squares is all that changes: mean and contrast stay.
            Add(unit, StimulusClass.Scrambled, [ScrambledImage.Of(images[u], _image.Height, _image.Width, random)]);
        }
        WriteSet(items, pixels, stop);

        void Add(string unit, string role, float[][] group)
        {
            for (var i = 0; i < group.Length; i++)
            {
                items.Add(new MeiSetItem { Name = FormattableString.Invariant($"{unit}/{role}{(group.Length > 1 ? $"-{i + 1}" : "")}"), Unit = unit, Role = role });
                pixels.Add(group[i]);
            }
        }
    }

    // [unit][pixels], in the order of the choice.
    private float[][] Synthesise(Action<double, string> progress, CancellationToken stop)
    {
        var preset = SynthesisPreset.Named(config.Synthesise.Preset);
        // The contrast at which images are shown, in the network's units: a bound of the ascent itself, not a correction afterwards.
        if (preset.Form == StimulusForm.Direct)
        {
            preset = preset with { Rms = new HardLimit(config.Synthesise.Contrast / _predictor.Deviation), KeepInRange = true };
        }
        preset = preset with { Steps = config.Synthesise.Steps ?? preset.Steps };
        var synthesiser = new Synthesiser(network, preset, new SynthesisInputs { Fixed = selection.Fixed, Jointly = [], Grey = ImageContrast.Gray }) { StateFolder = folder.Synthesis };
        SynthesisTarget[] targets = [.. _chosen.Select(static u => SynthesisTarget.Of(u.Index, u.Unit))];
        var results = synthesiser.Run(targets, config.Seed, p => progress(0.6 * p.Done / p.Total, FormattableString.Invariant($"step {p.Done} of {p.Total}, mean response {p.Score:F3}")), stop);
        return [.. results.Select(r => ImageContrast.Match(EnvelopeMask.Apply(r.Pixels[^1], _image.Height, _image.Width), config.Synthesise.Contrast))];
    }

    private void WriteSet(List<MeiSetItem> items, List<float[]> pixels, CancellationToken stop)
    {
        // What the screen gets has 256 levels: predicted from that.
        float[][] shown = [.. pixels.Select(static image => Array.ConvertAll(ImageContrast.ToBytes(image), static level => level / 255f))];
        var predicted = _predictor.Predict(shown, [.. _chosen.Select(static u => u.Index)], stop);
        var column = _chosen.Select(static (u, at) => (u.Unit, at)).ToDictionary(static u => u.Unit, static u => u.at);
        CollectStimuli.WriteImages(Path.Combine(folder.Stimuli, "set.npy"), pixels.ToArray(), _image.Height, _image.Width);
        new MeiSet
        {
            NetworkHash = network.Hash,
            Preset = config.Synthesise.Preset,
            Seed = config.Seed,
            Frames = "set.npy",
            Items = [.. items.Select((item, i) => item with { Activation = predicted[i][column[item.Unit!]] })],
        }.Save(folder.Set);
    }

    /// <summary>Writes the stimulus file that presents the set.</summary>
    public static void WritePresentation(InceptionConfig config, InceptionFolder folder) =>
        CollectStimuli.WriteStimulus(folder.Present, "set", new JsonObject
        {
            ["kind"] = "mei-set",
            ["path"] = Path.GetFileName(folder.Set),
            ["networkHash"] = MeiSet.Load(folder.Set).NetworkHash,
            ["seconds"] = config.Present.Seconds,
            ["blankSeconds"] = config.Present.BlankSeconds,
            ["repeats"] = config.Present.Repeats,
        }, config.Seed, 1);
}
