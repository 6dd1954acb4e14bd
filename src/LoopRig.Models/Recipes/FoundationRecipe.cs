using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Foundation;

namespace LoopRig.Models;

/// <summary>
/// The foundation network of Wang et al. 2025. Defaults are the released sizes. Lesions of the paper: <see cref="Perspective"/> or <see cref="Modulation"/>
/// false, <see cref="TemporalKernel"/> 1, <see cref="Unit"/> "eluMse".
/// </summary>
public sealed record FoundationRecipe : NetworkRecipe
{
    /// <summary>The kind in configs.</summary>
    public const string KindName = "foundation";

    /// <summary>Whether the network models the eye; otherwise the core sees the stimulus, resized to the retina.</summary>
    public bool Perspective { get; init; } = true;

    /// <summary>Whether behaviour modulates the core.</summary>
    public bool Modulation { get; init; } = true;

    /// <summary>Rows of the stimulus; null is what the data have.</summary>
    public int? Height { get; init; }

    /// <summary>Columns of the stimulus; null is what the data have.</summary>
    public int? Width { get; init; }

    /// <inheritdoc cref="FoundationSpec.Streams"/>
    public int Streams { get; init; } = 4;

    /// <inheritdoc cref="FoundationSpec.RetinaHeight"/>
    public int RetinaHeight { get; init; } = 128;

    /// <inheritdoc cref="FoundationSpec.RetinaWidth"/>
    public int RetinaWidth { get; init; } = 192;

    /// <inheritdoc cref="FoundationSpec.RetinaDegrees"/>
    public double RetinaDegrees { get; init; } = 75;

    /// <inheritdoc cref="FoundationSpec.PerspectiveHidden"/>
    public int PerspectiveHidden { get; init; } = 16;

    /// <inheritdoc cref="FoundationSpec.PerspectiveLayers"/>
    public int PerspectiveLayers { get; init; } = 3;

    /// <inheritdoc cref="FoundationSpec.Periphery"/>
    public Periphery Periphery { get; init; } = Periphery.Dark;

    /// <inheritdoc cref="FoundationSpec.ModulationHidden"/>
    public int ModulationHidden { get; init; } = 16;

    /// <inheritdoc cref="FoundationSpec.ModulationLayers"/>
    public int ModulationLayers { get; init; } = 1;

    /// <inheritdoc cref="FoundationSpec.ModulationCells"/>
    public int ModulationCells { get; init; } = 16;

    /// <inheritdoc cref="FoundationSpec.InputKernel"/>
    public int InputKernel { get; init; } = 6;

    /// <inheritdoc cref="FoundationSpec.InputStride"/>
    public int InputStride { get; init; } = 2;

    /// <inheritdoc cref="FoundationSpec.BlockChannels"/>
    public int[] BlockChannels { get; init; } = [32, 64, 128];

    /// <inheritdoc cref="FoundationSpec.BlockGroups"/>
    public int[] BlockGroups { get; init; } = [1, 2, 4];

    /// <inheritdoc cref="FoundationSpec.BlockLayers"/>
    public int[] BlockLayers { get; init; } = [2, 2, 2];

    /// <inheritdoc cref="FoundationSpec.BlockPools"/>
    public int[] BlockPools { get; init; } = [2, 2, 1];

    /// <inheritdoc cref="FoundationSpec.TemporalKernel"/>
    public int TemporalKernel { get; init; } = 3;

    /// <inheritdoc cref="FoundationSpec.SpatialKernel"/>
    public int SpatialKernel { get; init; } = 3;

    /// <inheritdoc cref="FoundationSpec.FeedforwardOut"/>
    public int FeedforwardOut { get; init; } = 128;

    /// <inheritdoc cref="FoundationSpec.Recurrent"/>
    public RecurrentKind Recurrent { get; init; } = RecurrentKind.CvtLstm;

    /// <inheritdoc cref="FoundationSpec.RecurrentHidden"/>
    public int RecurrentHidden { get; init; } = 256;

    /// <inheritdoc cref="FoundationSpec.RecurrentCommon"/>
    public int RecurrentCommon { get; init; } = 512;

    /// <inheritdoc cref="FoundationSpec.RecurrentGroups"/>
    public int RecurrentGroups { get; init; } = 8;

    /// <inheritdoc cref="FoundationSpec.RecurrentKernel"/>
    public int RecurrentKernel { get; init; } = 3;

    /// <inheritdoc cref="FoundationSpec.RecurrentDropout"/>
    public double RecurrentDropout { get; init; }

    /// <inheritdoc cref="FoundationSpec.CoreOut"/>
    public int CoreOut { get; init; } = 128;

    /// <inheritdoc cref="FoundationSpec.Unit"/>
    public UnitKind Unit { get; init; } = UnitKind.Poisson;

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> CorePrefixes => ["core.", "modulation.lstm."];

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> SharedPrefixes => ["core."];

    /// <inheritdoc/>
    public override InputScaling ScalingOf(InputSpec input) => input.Name == FoundationSpec.StimulusInput ? InputScaling.AsMeasured : InputScaling.Standardised;

    /// <inheritdoc/>
    public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered)
    {
        InputSpec? image = offered.FirstOrDefault(static input => input.Name == FoundationSpec.StimulusInput) ?? offered.FirstOrDefault(static input => input.Kind == InputKind.Image);
        if (image is null) throw new NetworkException($"a foundation network needs a stimulus, the data offer {string.Join(", ", offered.Select(static input => input.Name))}");
        List<InputSpec> inputs = [.. FoundationSpec.InputsFor(Height ?? image.Height, Width ?? image.Width, perspective: false, modulation: false)];
        if (Perspective) inputs.Add(Vector(offered, FoundationSpec.EyeInput, FoundationSpec.EyeVariables));
        if (Modulation) inputs.Add(Vector(offered, FoundationSpec.BehaviourInput, FoundationSpec.ModulationVariables));
        return [.. inputs];
    }

    /// <inheritdoc/>
    public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => new FoundationSpec
    {
        Inputs = inputs,
        UnitIds = unitIds,
        OutputDelayBins = outputDelayBins,
        Streams = Streams,
        RetinaHeight = RetinaHeight,
        RetinaWidth = RetinaWidth,
        RetinaDegrees = RetinaDegrees,
        PerspectiveHidden = PerspectiveHidden,
        PerspectiveLayers = PerspectiveLayers,
        Periphery = Periphery,
        ModulationHidden = ModulationHidden,
        ModulationLayers = ModulationLayers,
        ModulationCells = ModulationCells,
        InputKernel = InputKernel,
        InputStride = InputStride,
        BlockChannels = BlockChannels,
        BlockGroups = BlockGroups,
        BlockLayers = BlockLayers,
        BlockPools = BlockPools,
        TemporalKernel = TemporalKernel,
        SpatialKernel = SpatialKernel,
        FeedforwardOut = FeedforwardOut,
        Recurrent = Recurrent,
        RecurrentHidden = RecurrentHidden,
        RecurrentCommon = RecurrentCommon,
        RecurrentGroups = RecurrentGroups,
        RecurrentKernel = RecurrentKernel,
        RecurrentDropout = RecurrentDropout,
        CoreOut = CoreOut,
        Unit = Unit,
    };

    // The released variables where the data have them; of data sets that name no variables, their own eye and behaviour.
    private static InputSpec Vector(IReadOnlyList<InputSpec> offered, string name, string[] variables)
    {
        string[] known = [.. offered.Where(static input => input.Kind == InputKind.Vector).SelectMany(static input => input.Variables)];
        if (variables.All(known.Contains)) return new InputSpec { Name = name, Kind = InputKind.Vector, Variables = variables };
        return offered.FirstOrDefault(input => input.Name == name && input.Kind == InputKind.Vector)
            ?? throw new NetworkException($"a foundation network needs {string.Join(", ", variables.Except(known))} as '{name}', the data offer {string.Join(", ", known)}");
    }
}
