namespace LoopRig.Synthesis;

/// <summary>
/// A recipe: everything about a synthesis but the network, its units and its other inputs. Made from a named recipe and changed by <c>with</c>; every number of
/// the recipe is here. "Network units" are what the network's input is made of (z-scores, mostly), "pixels" 0..1 of the monitor. Penalties are computed for each
/// stimulus as it is shown, and weighted against the response.
/// </summary>
public sealed partial record SynthesisPreset
{
    /// <summary>What it is called in logs and set files.</summary>
    public required string Name { get; init; }

    /// <summary>What is optimised.</summary>
    public StimulusForm Form { get; init; }

    /// <summary>Mean of the normal distribution that a stimulus starts from.</summary>
    public double StartMean { get; init; }

    /// <summary>Its standard deviation.</summary>
    public double StartDeviation { get; init; } = 1;

    /// <summary>Whether the start is given in pixels; else in network units (of a sigmoid form: of its raw stimulus).</summary>
    public bool StartInPixels { get; init; }

    /// <summary>Initial gain of the sigmoid form.</summary>
    public double Gain { get; init; } = 0.1;

    /// <summary>Steps of an ascent.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Stimuli of one target that start differently and are optimised together: what the recipe calls a batch.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Batches of each target.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>Batches of each target that the publication used.</summary>
    public int PublishedRepeats { get; init; } = 1;

    /// <summary>What becomes of the stimuli of one target.</summary>
    public SeedCombination Combine { get; init; }

    /// <summary>What of a response is driven up.</summary>
    public ScoreKind Score { get; init; }

    /// <summary>Of <see cref="ScoreKind.InversePower"/>.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Whether dropout, and the draw of one stream of several, stay active while a stimulus is optimised.</summary>
    public bool KeepsNoise { get; init; }

    /// <summary>Whether vector inputs that nobody fixed are optimised with the stimulus.</summary>
    public bool OptimisesBehaviour { get; init; }

    /// <summary>Value that optimised vector inputs start from, in network units.</summary>
    public double BehaviourStart { get; init; }

    /// <summary>Most that an optimised vector input's magnitude may be, network units (standard deviations, of normalised data); null: anything.</summary>
    public double? BehaviourLimit { get; init; }

    /// <summary>How a gradient becomes a step.</summary>
    public OptimiserKind Optimiser { get; init; } = OptimiserKind.Adam;

    /// <summary>Size of a step.</summary>
    public Anneal Rate { get; init; } = 0.1;

    /// <summary>Smaller steps on a plateau; null: never.</summary>
    public PlateauRule? Plateau { get; init; }

    /// <summary>Of SGD: share of the last step that is taken again.</summary>
    public double Momentum { get; init; }

    /// <summary>L2: this share of the optimised values is added to their gradients.</summary>
    public double Decay { get; init; }

    /// <summary>Adam's decay of the mean gradient.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the mean square.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Ends a target that no longer rises; null: all steps are taken.</summary>
    public EarlyStop? Stop { get; init; }

    /// <summary>What gradients are divided by.</summary>
    public GradientScale GradientScale { get; init; }

    /// <summary>Standard deviation of the Gaussian that the gradient is blurred with, pixels; 0: none.</summary>
    public Anneal GradientBlur { get; init; }

    /// <summary>Gradients are multiplied in Fourier space by 1 / max(1, (fx^2 + fy^2)^p), f in cycles an image, over that filter's mean; this is p, 0: not.</summary>
    public double FourierExponent { get; init; }

    /// <summary>Most that a gradient's Euclidean norm may be; null: anything.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Standard deviation of the Gaussian that the stimulus is blurred with behind each step, pixels; 0: none.</summary>
    public Anneal Blur { get; init; }

    /// <summary>Most pixels that the stimulus is moved by, anew for each step, before the network sees it.</summary>
    public int Jitter { get; init; }

    /// <summary>Most that the stimulus is enlarged or shrunk by before the network sees it, as a share of its size.</summary>
    public double Zoom { get; init; }

    /// <summary>Standard deviation of the noise that is added before the network sees it, network units.</summary>
    public double Noise { get; init; }

    /// <summary>Weight of the total variation: mean magnitude of differences between neighbours in a column plus the same in a row, network units.</summary>
    public double TotalVariation { get; init; }

    /// <summary>Weight of the Euclidean norm of the Laplacian of a whole batch, counted once for each of its stimuli (Xu et al. 2023), network units.</summary>
    public double LaplacianNorm { get; init; }

    /// <summary>Weight of the mean square of the Laplacian, network units.</summary>
    public double Laplacian { get; init; }

    /// <summary>Weight of (mean |x|^p)^(1/p), network units.</summary>
    public double Lp { get; init; }

    /// <summary>p of <see cref="Lp"/>.</summary>
    public double LpExponent { get; init; } = 6;

    /// <summary>Weight of the mean square of differences between neighbours in space, network units.</summary>
    public double SpaceSmoothness { get; init; }

    /// <summary>Weight of the mean square of differences between frames, network units.</summary>
    public double TimeSmoothness { get; init; }

    /// <summary>Weight of the sum of squares of what a Gaussian of 1 pixel and 1 frame takes away, pixels (Wang et al. 2025).</summary>
    public double GaussianRoughness { get; init; }

    /// <summary>Whether stimuli are kept in the monitor's range.</summary>
    public bool KeepInRange { get; init; }

    /// <summary>The lowest and highest pixel of that range.</summary>
    public (double Lowest, double Highest) Range { get; init; } = (0, 1);

    /// <summary>Euclidean norm of the whole stimulus about grey, network units; like the other sizes of what shows through the mask. Null: free.</summary>
    public HardLimit? Norm { get; init; }

    /// <summary>Root mean square of each frame about grey, network units; null: free.</summary>
    public HardLimit? Rms { get; init; }

    /// <summary>Standard deviation of each frame over its mean, in pixels: what a photometer would measure on a linear monitor. The nearest frame is taken, so that the mean moves too; behind a mask departures from grey are scaled. Null: free.</summary>
    public HardLimit? Contrast { get; init; }

    /// <summary>
    /// Learns how visible each pixel is: the stimulus covers backgrounds that change with each step by this alpha, and the score is multiplied by 1 - weight x mean alpha, so that only
    /// what matters is covered. Null: no alpha.
    /// </summary>
    public double? AlphaWeight { get; init; }

    /// <summary>Writes the state of a chunk at least so often, seconds; 0: after every step.</summary>
    public double StateSeconds { get; init; } = 5;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="SynthesisException">One cannot be; it is named.</exception>
    public void Validate()
    {
        Require(Steps >= 1, $"steps is {Steps}, at least 1 is needed");
        Require(Batch >= 1 && Repeats >= 1, $"batch is {Batch} and repeats {Repeats}, at least 1 is needed");
        Require(StartDeviation >= 0, $"startDeviation is {StartDeviation}");
        Require(Rate is { Start: > 0, End: >= 0 }, $"rate runs from {Rate.Start} to {Rate.End}");
        Require(Momentum is >= 0 and < 1, $"momentum is {Momentum}, not in 0..1");
        Require(Beta1 is >= 0 and < 1 && Beta2 is >= 0 and < 1, $"beta1 is {Beta1} and beta2 {Beta2}, not in 0..1");
        Require(GradientBlur is { Start: >= 0, End: >= 0 } && Blur is { Start: >= 0, End: >= 0 }, "a blur cannot be negative");
        Require(Jitter >= 0 && Zoom is >= 0 and < 1 && Noise >= 0, $"jitter is {Jitter}, zoom {Zoom}, noise {Noise}");
        Require(LpExponent >= 1, $"lpExponent is {LpExponent}, at least 1 is needed");
        Require(Range.Lowest < Range.Highest, $"range is {Range.Lowest}..{Range.Highest}");
        foreach (HardLimit? limit in (HardLimit?[])[Norm, Rms, Contrast])
            Require(limit is not { Value: <= 0 }, "norm, rms and contrast must be positive");
        Require(AlphaWeight is not < 0, $"alphaWeight is {AlphaWeight}");
        Require(BehaviourLimit is not <= 0, $"behaviourLimit is {BehaviourLimit}, it must be positive");
        Require(Temperature > 0, $"temperature is {Temperature}, it must be positive");
        if (Form == StimulusForm.Sigmoid)
            Require(Norm is null && Rms is null && Contrast is null && Blur is { Start: 0, End: 0 }, "norm, rms, contrast and blur act on a direct stimulus, not on a sigmoid one");
    }

    private void Require(bool holds, string fault)
    {
        if (!holds) throw new SynthesisException($"preset {Name}: {fault}");
    }
}
