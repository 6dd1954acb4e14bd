using LoopRig.Core;
using LoopRig.Models.Images;

namespace LoopRig.Models;

/// <summary>A linear-nonlinear model; see <see cref="LinearSpec"/>, whose defaults these are. Sessions share nothing.</summary>
public sealed record LinearRecipe : NetworkRecipe
{
    /// <summary>The kind in configs.</summary>
    public const string KindName = LinearSpec.KindName;

    /// <summary>Rows of the image.</summary>
    public int Height { get; init; } = 56;

    /// <summary>Columns of the image.</summary>
    public int Width { get; init; } = 56;

    /// <summary>What the filters see.</summary>
    public ImageFeatures Features { get; init; } = ImageFeatures.Pixels;

    /// <summary>Levels of the energy pyramid.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>Orientations of the energy.</summary>
    public int Orientations { get; init; } = 8;

    /// <summary>Side of the grid that pixels or energies are averaged to.</summary>
    public int Grid { get; init; } = 14;

    /// <summary>Whether responses are softplus of the filters' outputs.</summary>
    public bool Rectified { get; init; } = true;

    /// <inheritdoc/>
    public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered) => [ImagesRecipe.ImageInput(offered, Height, Width)];

    /// <inheritdoc/>
    public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => new LinearSpec
    {
        Inputs = inputs,
        UnitIds = unitIds,
        OutputDelayBins = outputDelayBins,
        Features = Features,
        Levels = Levels,
        Orientations = Orientations,
        Grid = Grid,
        Rectified = Rectified,
    };

    /// <inheritdoc/>
    public override InputScaling ScalingOf(InputSpec input) => InputScaling.AsMeasured;
}
