using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Images;

namespace LoopRig.Models;

/// <summary>A network for image sets; see <see cref="ImagesSpec"/>, whose defaults these are.</summary>
public sealed record ImagesRecipe : NetworkRecipe
{
    /// <summary>The kind in configs.</summary>
    public const string KindName = ImagesSpec.KindName;

    /// <summary>Rows of the image.</summary>
    public int Height { get; init; } = 56;

    /// <summary>Columns of the image.</summary>
    public int Width { get; init; } = 56;

    /// <summary>What the first layer sees.</summary>
    public ImageFeatures Features { get; init; } = ImageFeatures.EnergyOfEnergy;

    /// <summary>Levels of the energy pyramid.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>Orientations of the energy.</summary>
    public int Orientations { get; init; } = 8;

    /// <summary>Side of the grid that energies are averaged to.</summary>
    public int Grid { get; init; } = 7;

    /// <summary>Side of the kernel of each layer.</summary>
    public int[] Kernels { get; init; } = [1, 3];

    /// <summary>Stride of each layer.</summary>
    public int[] Strides { get; init; } = [1, 1];

    /// <summary>Output channels of every layer.</summary>
    public int Channels { get; init; } = 96;

    /// <summary>Share of the maps that training leaves out behind each layer.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>How units are read.</summary>
    public ImageReadoutKind Readout { get; init; } = ImageReadoutKind.Mask;

    /// <summary>Cores with readouts whose responses are averaged.</summary>
    public int Streams { get; init; } = 3;

    /// <summary>Pixels by which training moves images at most.</summary>
    public int ShiftPixels { get; init; } = 2;

    /// <summary>Whether training minimises the squared error of standardised responses in place of the Poisson loss.</summary>
    public bool SquaredError { get; init; } = true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> CorePrefixes => ["core."];

    /// <inheritdoc/>
    public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered) => [ImageInput(offered, Height, Width)];

    /// <inheritdoc/>
    public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => new ImagesSpec
    {
        Inputs = inputs,
        UnitIds = unitIds,
        OutputDelayBins = outputDelayBins,
        Features = Features,
        Levels = Levels,
        Orientations = Orientations,
        Grid = Grid,
        Kernels = Kernels,
        Strides = Strides,
        Channels = Channels,
        Dropout = Dropout,
        Readout = Readout,
        Streams = Streams,
        ShiftPixels = ShiftPixels,
        SquaredError = SquaredError,
    };

    /// <summary>Contrast as it is: a session's own statistics would make the shared core see the same picture differently in each.</summary>
    public override InputScaling ScalingOf(InputSpec input) => InputScaling.AsMeasured;

    /// <summary>The offered image in another size; grey or colour as it is offered. Where data offer streams by their own names, as recorded sessions do, the one of that size, which the mapping of inputs finds.</summary>
    internal static InputSpec ImageInput(IReadOnlyList<InputSpec> offered, int height, int width)
    {
        InputSpec[] images = [.. offered.Where(static input => input.Kind == InputKind.Image)];
        InputSpec image = Array.Find(images, static input => input.Name == "image") ?? Array.Find(images, input => input.Height == height && input.Width == width)
            ?? throw new NetworkException(images.Length == 0
                ? $"the network needs an image; the data offer {string.Join(", ", offered.Select(static input => input.Name))}"
                : $"the network needs an image of {height}x{width} pixels; the data offer {string.Join(", ", images.Select(static input => $"{input.Name} of {input.Height}x{input.Width}"))}");
        return new InputSpec { Name = "image", Kind = InputKind.Image, Channels = image.Channels, Height = height, Width = width };
    }
}
