namespace LoopRig.Synthesis;

// The published recipes. docs/synthesis.md says what of them is published and what had to be chosen.
public sealed partial record SynthesisPreset
{
    /// <summary>Names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["xu", "inception2019", "foundation"];

    /// <summary>
    /// Xu et al. 2023: 64 images from N(.5, .25) with 66 behaviour values from 1, Adam .1, L2 .02, .01 of the Laplacian's norm over the batch, 100 steps, dropout left on, no
    /// limits; the MEI is the mean of all images of 100 repeats, here of 4.
    /// </summary>
    public static SynthesisPreset Xu { get; } = new()
    {
        Name = "xu",
        StartMean = 0.5,
        StartDeviation = 0.25,
        Steps = 100,
        Batch = 64,
        Repeats = 4,
        PublishedRepeats = 100,
        Combine = SeedCombination.Mean,
        KeepsNoise = true,
        OptimisesBehaviour = true,
        BehaviourStart = 1,
        Optimiser = OptimiserKind.Adam,
        Rate = 0.1,
        Plateau = new PlateauRule(20, 0.2, 1e-5),
        Decay = 0.02,
        LaplacianNorm = 0.01,
    };

    /// <summary>
    /// Walker et al. 2019: from N(128, 8) of 255, 1000 steps along the gradient, low-passed in Fourier space and over its mean magnitude, of size 3 to .125 times .1/255 in network
    /// units; a Gaussian of 1.5 to .01 pixels behind each step; kept in the range of pixels.
    /// </summary>
    public static SynthesisPreset Inception2019 { get; } = new()
    {
        Name = "inception2019",
        StartMean = 128.0 / 255,
        StartDeviation = 8.0 / 255,
        StartInPixels = true,
        Steps = 1000,
        Optimiser = OptimiserKind.Sgd,
        Rate = new Anneal(3.0 * 0.1 / 255, 0.125 * 0.1 / 255),
        GradientScale = GradientScale.MeanMagnitude,
        FourierExponent = 0.1,
        Blur = new Anneal(1.5, 0.01),
        KeepInRange = true,
    };

    /// <summary>
    /// Wang et al. 2025: pixels are the logistic of a stimulus of unit root mean square, gain from .1; minimises rate^-temperature over the frames behind the burn-in plus what a
    /// Gaussian takes away; one stream drawn a step. Optimiser, temperature, weight and steps are not published: they are ours.
    /// </summary>
    public static SynthesisPreset Foundation { get; } = new()
    {
        Name = "foundation",
        Form = StimulusForm.Sigmoid,
        StartDeviation = 1,
        Gain = 0.1,
        Steps = 200,
        Score = ScoreKind.InversePower,
        KeepsNoise = true,
        Optimiser = OptimiserKind.Adam,
        Rate = 0.05,
        GaussianRoughness = 0.01,
    };

    /// <summary>The recipe of a name: "xu", "inception2019" or "foundation".</summary>
    /// <exception cref="SynthesisException">There is none.</exception>
    public static SynthesisPreset Named(string name) => name switch
    {
        "xu" => Xu,
        "inception2019" => Inception2019,
        "foundation" => Foundation,
        _ => throw new SynthesisException($"there is no preset '{name}': {string.Join(", ", Names)}"),
    };
}
