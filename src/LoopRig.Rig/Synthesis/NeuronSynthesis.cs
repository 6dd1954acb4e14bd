using LoopRig.Models;
using LoopRig.Synthesis;

namespace LoopRig.Rig.Synthesis;

/// <summary>One network, one recipe and one contrast: synthesises for neurons, and measures what came out.</summary>
internal sealed class NeuronSynthesis
{
    private const double ShareChosen = 0.05, ShareSynthesised = 0.9;

    private readonly INetwork _network;
    private readonly SynthesisOptions _options;
    private readonly SynthesisInputs _inputs;
    private readonly Shown _shown;
    private readonly int _height, _width;

    /// <summary>Prepares it.</summary>
    /// <exception cref="SynthesisException">The options make no synthesis of this network.</exception>
    public NeuronSynthesis(INetwork network, SynthesisOptions options, Shown shown, int height, int width)
    {
        (_network, _options, _shown, _height, _width) = (network, options, shown, height, width);
        _inputs = new SynthesisInputs { Frames = options.Frames, BurnIn = options.BurnIn, Pixels = (shown.Units.Mean, shown.Units.Deviation) };
        var preset = SynthesisPreset.Named(options.Preset);
        // A recipe that limits an image's contrast is to find the best one at that contrast, not one that is scaled to it afterwards.
        Preset = preset with
        {
            Steps = options.Steps ?? preset.Steps,
            Repeats = options.Published ? preset.PublishedRepeats : preset.Repeats,
            Rms = preset.KeepInRange && preset.Form == StimulusForm.Direct ? new HardLimit(shown.Contrast.Rms) : preset.Rms,
        };
    }

    /// <summary>The recipe as it is run.</summary>
    public SynthesisPreset Preset { get; }

    /// <summary>Neurons of the network.</summary>
    public int NetworkUnits => _network.Units;

    private bool IsMovie => _options.Frames > 1;

    /// <summary>Variance of every unit's predicted response over the choosing crops, as they are.</summary>
    public double[] ResponseVariances(NaturalCrops crops, CancellationToken stop)
    {
        int[] all = [.. Enumerable.Range(0, _network.Units)];
        var responses = Activations.Of(_network, [.. crops.Choosing.Select(crop => _shown.Units.ToNetwork(crop))], all, _inputs, stop);
        var variances = new double[all.Length];
        foreach (var unit in all)
        {
            var mean = responses.Average(response => (double)response[unit]);
            variances[unit] = responses.Average(response => (response[unit] - mean) * (response[unit] - mean));
        }
        return variances;
    }

    /// <summary>Runs the recipe.</summary>
    /// <param name="units">For these.</param>
    /// <param name="state">Where it goes on if it was ended.</param>
    /// <param name="progress">Told the share of the whole.</param>
    /// <param name="stop">Ends it.</param>
    public SynthesisResult[] Synthesise(int[] units, string state, Action<double, string> progress, CancellationToken stop)
    {
        var targets = units.Select(unit => SynthesisTarget.Of(unit, _network.UnitIds[unit], _options.Least)).ToArray();
        var synthesiser = new Synthesiser(_network, Preset, _inputs) { StateFolder = state };
        return synthesiser.Run(targets, _options.Seed,
            now => progress(ShareChosen + (ShareSynthesised - ShareChosen) * now.Done / now.Total, FormattableString.Invariant($"step {now.Done} of {now.Total}, response {now.Score:F3}")), stop);
    }

    /// <summary>Brings results to the contrast shown and measures the neurons' responses to and around them, and to natural crops of the same mean and contrast.</summary>
    public SynthesizedNeuron[] Measure(int[] units, double[] scores, SynthesisResult[] results, NaturalCrops? crops, Action<double, string> progress, CancellationToken stop)
    {
        progress(ShareSynthesised, "responses to natural crops of the same contrast");
        // Not cut at black and white: that would take contrast from them.
        float[][] natural = crops is null || IsMovie ? [] : [.. crops.Compared.Select(crop => _shown.Contrast.Apply(_shown.Units.ToNetwork(crop)))];
        var alike = Array.TrueForAll(results, static result => result.Optimised.Count == 0);
        var compared = natural.Length == 0 || !alike ? [] : Activations.Of(_network, natural, units, _inputs, stop);
        var neurons = new SynthesizedNeuron[units.Length];
        for (var i = 0; i < units.Length; i++)
        {
            progress(ShareSynthesised + (1 - ShareSynthesised) * (0.3 + 0.7 * i / units.Length), "tuning around the results");
            // Where each neuron has found a behaviour of its own, the crops are seen at that one too.
            var own = natural.Length == 0 || alike ? compared.Select(response => (double)response[i]) : Activations.Of(_network, natural, [units[i]], InputsOf(results[i]), stop).Select(static response => (double)response[0]);
            neurons[i] = Measure(units[i], scores[i], results[i], [.. _options.Least ? own.OrderDescending() : own.Order()], stop);
        }
        return neurons;
    }

    private SynthesizedNeuron Measure(int unit, double score, SynthesisResult result, double[] crops, CancellationToken stop)
    {
        var shown = Bring(result.Image);
        var gabor = IsMovie ? null : GaborFit.To(shown[0], _height, _width);
        var surround = new Surround(_shown, _height, _width);
        float[][][] around = IsMovie
            ? [.. surround.Contrasts([.. shown.SelectMany(static frame => frame)]).Select(movie => Split(movie, shown.Length))]
            : [.. surround.Images(shown[0], gabor).Select(static one => new[] { one })];
        float[][][] all = [result.Image, shown, .. around];
        var responses = Respond(all, unit, result, stop);
        var curves = responses[2..];
        var tuning = IsMovie ? [] : surround.Curves(curves);
        return new SynthesizedNeuron
        {
            Unit = unit,
            Id = _network.UnitIds[unit],
            Score = score,
            Least = _options.Least,
            Behaviour = [.. result.Optimised.SelectMany(name => _network.Spec.FindInput(name)!.Variables.Zip(result.Vectors[name], (variable, value) => new BehaviourValue(name, variable, value)))],
            Shown = shown,
            Activation = responses[1],
            AsSynthesised = responses[0],
            Logs = result.Logs,
            Crops = crops,
            Tuning = [.. tuning.SkipLast(1)],
            ContrastResponse = IsMovie ? Surround.ContrastCurve(curves) : tuning[^1],
            Gabor = gabor,
        };
    }

    /// <summary>Frames brought to the mean and contrast shown, in the 256 levels of the screen, so that what is measured is what is shown.</summary>
    public float[][] Bring(float[][] frames) => Split(_shown.Units.Levels(_shown.Bring(frames.SelectMany(static frame => frame).ToArray())), frames.Length);

    /// <summary>Predicted responses of a unit to images or movies, at the behaviour that was found for it.</summary>
    public double[] Respond(float[][][] all, int unit, SynthesisResult result, CancellationToken stop)
    {
        var inputs = InputsOf(result);
        var responses = IsMovie ? Activations.OfMovies(_network, all, [unit], inputs, stop) : Activations.Of(_network, [.. all.Select(static one => one[0])], [unit], inputs, stop);
        return [.. responses.Select(static response => (double)response[0])];
    }

    /// <summary>What the network is shown besides: a recipe that seeks behaviour too has found the input for that behaviour alone.</summary>
    public SynthesisInputs InputsOf(SynthesisResult result) => result.Optimised.Count == 0 ? _inputs : _inputs with { Fixed = result.Vectors };

    private static float[][] Split(float[] movie, int frames) => [.. movie.Chunk(movie.Length / frames)];
}
