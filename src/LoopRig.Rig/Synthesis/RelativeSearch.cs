using LoopRig.Models;
using LoopRig.Synthesis;

namespace LoopRig.Rig.Synthesis;

/// <summary>Finds, beside the best input of each neuron, others that drive it nearly as well, and the best Gabor and centre-surround: its interpretable rivals.</summary>
internal sealed class RelativeSearch(INetwork network, SynthesisOptions options, NeuronSynthesis work, Shown shown)
{
    /// <summary>The neurons with what was asked for.</summary>
    public SynthesizedNeuron[] Add(SynthesizedNeuron[] neurons, SynthesisResult[] results, Action<double, string> progress, CancellationToken stop)
    {
        var diverse = options.Diverse is { } count ? Diverse(neurons, results, count, progress, stop) : null;
        var rivals = options.Rivals ? Rivals(neurons, results, progress, stop) : null;
        return [.. neurons.Select((neuron, i) => neuron with { Relatives = [.. diverse?[i] ?? [], .. rivals?[i] ?? []] })];
    }

    private SynthesizedRelative[][] Diverse(SynthesizedNeuron[] neurons, SynthesisResult[] results, int count, Action<double, string> progress, CancellationToken stop)
    {
        // They are sought at the contrast that they are shown with: a recipe without a limit would find them far beyond it.
        var preset = work.Preset.Form == StimulusForm.Direct ? work.Preset with { Rms = new HardLimit(shown.Contrast.Rms), KeepInRange = true } : work.Preset;
        var found = new SynthesizedRelative[neurons.Length][];
        for (var i = 0; i < neurons.Length; i++)
        {
            var (neuron, at) = (neurons[i], i);
            // Shares are of the response to what is shown, not of what the recipe gave before it was brought to its contrast.
            var best = results[i] with { Image = neuron.Shown, Activation = neuron.Activation };
            var result = new DiverseInputs(network, preset, work.InputsOf(results[i]), new DiverseSettings { Count = count }).Run(best, options.Seed,
                now => progress((at + (double)now.Done / now.Total) / neurons.Length, FormattableString.Invariant($"diverse inputs of neuron {at + 1} of {neurons.Length}, step {now.Done} of {now.Total}")), stop);
            float[][][] images = [.. result.Images.Select(work.Bring)];
            var responses = work.Respond(images, neuron.Unit, results[i], stop);
            found[i] = [.. images.Zip(responses, (image, response) => new SynthesizedRelative { Kind = SynthesizedRelative.Diverse, Shown = image, Activation = response })
                .Select((one, n) => one with { Distance = result.Distances[n] })];
        }
        return found;
    }

    private SynthesizedRelative[][] Rivals(SynthesizedNeuron[] neurons, SynthesisResult[] results, Action<double, string> progress, CancellationToken stop)
    {
        SynthesizedRelative[][] found = [.. neurons.Select(static _ => new SynthesizedRelative[2])];
        // The candidates are the same for all neurons, and tried once, but where each is seen at a behaviour of its own.
        var groups = results.Select(static (_, i) => i).GroupBy(i => results[i].Optimised.Count == 0 ? -1 : i).Select(static group => group.ToArray()).ToArray();
        foreach (var (kind, place, name) in new[] { (ParametricKind.Gabor, 0, "gabor"), (ParametricKind.CentreSurround, 1, "centre-surround") })
        {
            for (var g = 0; g < groups.Length; g++)
            {
                progress((place + (double)g / groups.Length) / 2, $"the best {name}");
                var settings = new ParametricSettings { Kind = kind, Rms = shown.Contrast.Rms, KeepInRange = true };
                var best = new ParametricSearch(network, settings, work.InputsOf(results[groups[g][0]])).Run([.. groups[g].Select(i => results[i].Target)], options.Seed, stop);
                foreach (var (i, one) in groups[g].Zip(best))
                {
                    var image = work.Bring([one.Image]);
                    found[i][place] = new SynthesizedRelative { Kind = name, Shown = image, Activation = work.Respond([image], neurons[i].Unit, results[i], stop)[0], Parameters = one.Parameters };
                }
            }
        }
        return found;
    }
}
