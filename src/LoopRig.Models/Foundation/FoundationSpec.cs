using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models.Foundation;

/// <summary>
/// The foundation network of Wang et al. 2025. Inputs by name: "stimulus" always (one channel, pixels 0..1, not normalised); "eye" (pupil x and y,
/// standardised) unless the perspective is left out; "behaviour" (pupil radius and treadmill speed, standardised) unless the modulation is left out.
/// Defaults are the released sizes; the paper's lesions are a missing input, <see cref="TemporalKernel"/> 1 and <see cref="UnitKind.EluMse"/>.
/// </summary>
public sealed record FoundationSpec : NetworkSpec
{
    /// <summary>The kind in files.</summary>
    public const string KindName = "foundation-2025";

    /// <summary>The names of the inputs.</summary>
    public const string StimulusInput = "stimulus", EyeInput = "eye", BehaviourInput = "behaviour";

    /// <summary>The released variables of the eye input, in their order.</summary>
    public static readonly string[] EyeVariables = [BehaviourVariables.PupilX, BehaviourVariables.PupilY];

    /// <summary>The released variables of the behaviour input, in their order.</summary>
    public static readonly string[] ModulationVariables = [BehaviourVariables.PupilRadius, BehaviourVariables.Speed];

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override ResponseLoss Loss => Unit == UnitKind.Poisson ? ResponseLoss.Poisson : ResponseLoss.SquaredError;

    /// <summary>Copies of the core and the modulation, each trained to predict alone; the response is their mean.</summary>
    public int Streams { get; init; } = 4;

    /// <summary>Rows of the retina.</summary>
    public int RetinaHeight { get; init; } = 128;

    /// <summary>Columns of the retina.</summary>
    public int RetinaWidth { get; init; } = 192;

    /// <summary>Visual angle from the retina's centre to its left and right borders.</summary>
    public double RetinaDegrees { get; init; } = 75;

    /// <summary>Hidden size of the perceptron from the pupil to the eye's rotation.</summary>
    public int PerspectiveHidden { get; init; } = 16;

    /// <summary>Its hidden layers.</summary>
    public int PerspectiveLayers { get; init; } = 3;

    /// <summary>What the eye sees beside the monitor.</summary>
    public Periphery Periphery { get; init; } = Periphery.Dark;

    /// <summary>Hidden size of the modulation's perceptron.</summary>
    public int ModulationHidden { get; init; } = 16;

    /// <summary>Its hidden layers.</summary>
    public int ModulationLayers { get; init; } = 1;

    /// <summary>Cells of the modulation's LSTM.</summary>
    public int ModulationCells { get; init; } = 16;

    /// <summary>Rows and columns of the first convolution's kernel.</summary>
    public int InputKernel { get; init; } = 6;

    /// <summary>Its stride.</summary>
    public int InputStride { get; init; } = 2;

    /// <summary>Channels of each block.</summary>
    public int[] BlockChannels { get; init; } = [32, 64, 128];

    /// <summary>Groups of each block's convolutions.</summary>
    public int[] BlockGroups { get; init; } = [1, 2, 4];

    /// <summary>Convolutions of each block.</summary>
    public int[] BlockLayers { get; init; } = [2, 2, 2];

    /// <summary>Rows and columns that are averaged behind each block.</summary>
    public int[] BlockPools { get; init; } = [2, 2, 1];

    /// <summary>Frames of a block's convolutions; 1 makes them two-dimensional.</summary>
    public int TemporalKernel { get; init; } = 3;

    /// <summary>Rows and columns of a block's convolutions.</summary>
    public int SpatialKernel { get; init; } = 3;

    /// <summary>Channels behind the blocks.</summary>
    public int FeedforwardOut { get; init; } = 128;

    /// <summary>The recurrent cell.</summary>
    public RecurrentKind Recurrent { get; init; } = RecurrentKind.CvtLstm;

    /// <summary>Channels of the recurrent state.</summary>
    public int RecurrentHidden { get; init; } = 256;

    /// <summary>Channels in which a CvT-LSTM attends.</summary>
    public int RecurrentCommon { get; init; } = 512;

    /// <summary>Groups of the recurrent cell: its heads.</summary>
    public int RecurrentGroups { get; init; } = 8;

    /// <summary>Rows and columns of the recurrent convolution.</summary>
    public int RecurrentKernel { get; init; } = 3;

    /// <summary>Rate of dropout in the recurrent cell, in training: whole channels, held for a sequence.</summary>
    public double RecurrentDropout { get; init; }

    /// <summary>Channels of a stream's core that the units read.</summary>
    public int CoreOut { get; init; } = 128;

    /// <summary>How a unit's rate follows from what is read out.</summary>
    public UnitKind Unit { get; init; } = UnitKind.Poisson;

    /// <summary>Frames after a reset whose responses are marked: what the published evaluation discards.</summary>
    public int WarmUpFrames { get; init; } = 10;

    /// <summary>The stimulus input.</summary>
    [JsonIgnore]
    public InputSpec Stimulus => FindInput(StimulusInput)!;

    /// <summary>The eye input; null for a network without perspective.</summary>
    [JsonIgnore]
    public InputSpec? Eye => FindInput(EyeInput);

    /// <summary>The behaviour input; null for a network without modulation.</summary>
    [JsonIgnore]
    public InputSpec? Behaviour => FindInput(BehaviourInput);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (FindInput(StimulusInput) is not { Kind: InputKind.Image, Channels: 1 } stimulus)
            throw new NetworkException("a foundation network needs an input 'stimulus' of one channel");
        if (stimulus.Mean.Length + stimulus.Std.Length > 0)
            throw new NetworkException("the input 'stimulus' of a foundation network is luminance, 0..1, and cannot be normalised");
        if (stimulus.Height < 2 || stimulus.Width < 2) throw new NetworkException($"a stimulus of {stimulus.Height}x{stimulus.Width} pixels has no extent");
        foreach (InputSpec input in Inputs)
        {
            if (input.Name is not (StimulusInput or EyeInput or BehaviourInput)) throw new NetworkException($"a foundation network has no input '{input.Name}'");
            if (input.Name != StimulusInput && input.Kind != InputKind.Vector) throw new NetworkException($"the input '{input.Name}' of a foundation network is a vector");
        }
        RequirePositive();
        int blocks = BlockChannels.Length;
        if (BlockGroups.Length != blocks || BlockLayers.Length != blocks || BlockPools.Length != blocks)
            throw new NetworkException($"blockChannels, blockGroups, blockLayers and blockPools have {blocks}, {BlockGroups.Length}, {BlockLayers.Length} and {BlockPools.Length} entries, one a block is needed");
        for (int b = 0; b < blocks; b++)
            if (BlockChannels[b] % BlockGroups[b] != 0) throw new NetworkException($"blockChannels[{b}] = {BlockChannels[b]} cannot be divided into {BlockGroups[b]} groups");
        if (RecurrentHidden % RecurrentGroups != 0 || RecurrentCommon % RecurrentGroups != 0)
            throw new NetworkException($"recurrentHidden = {RecurrentHidden} and recurrentCommon = {RecurrentCommon} cannot be divided into {RecurrentGroups} groups");
        if (SpatialKernel % 2 == 0 || RecurrentKernel % 2 == 0) throw new NetworkException("spatialKernel and recurrentKernel must be odd");
        if (InputKernel < InputStride || (InputKernel - InputStride) % 2 != 0)
            throw new NetworkException($"inputKernel = {InputKernel} less inputStride = {InputStride} must be even: half of it is padded on each side");
        if (RecurrentDropout is not (>= 0 and < 1)) throw new NetworkException($"recurrentDropout is {RecurrentDropout}, not in 0..1");
        if (!(RetinaDegrees > 0)) throw new NetworkException($"retinaDegrees is {RetinaDegrees}, it must be positive");
        if (WarmUpFrames < 0) throw new NetworkException($"warmUpFrames is {WarmUpFrames}");
        (int rows, int columns) = CoreSize();
        if (rows < 1 || columns < 1) throw new NetworkException($"nothing remains of a retina of {RetinaHeight}x{RetinaWidth} behind {blocks} blocks");
    }

    /// <summary>The released inputs: a stimulus of 144 x 256 (or another size), the pupil's position, pupil radius and treadmill.</summary>
    /// <param name="height">Rows of the stimulus.</param>
    /// <param name="width">Columns of the stimulus.</param>
    /// <param name="perspective">Whether the network models the eye.</param>
    /// <param name="modulation">Whether behaviour modulates the core.</param>
    public static InputSpec[] InputsFor(int height = 144, int width = 256, bool perspective = true, bool modulation = true)
    {
        List<InputSpec> inputs = [new InputSpec { Name = StimulusInput, Kind = InputKind.Image, Height = height, Width = width }];
        if (perspective) inputs.Add(new InputSpec { Name = EyeInput, Kind = InputKind.Vector, Variables = EyeVariables });
        if (modulation) inputs.Add(new InputSpec { Name = BehaviourInput, Kind = InputKind.Vector, Variables = ModulationVariables });
        return [.. inputs];
    }

    /// <summary>Rows and columns in front of each block; the last entry is the core's map.</summary>
    internal (int Rows, int Columns)[] MapSizes()
    {
        List<(int, int)> sizes = [];
        // Half of kernel - stride is padded on each side.
        (int rows, int columns) = (RetinaHeight / InputStride, RetinaWidth / InputStride);
        foreach (int pool in BlockPools)
        {
            sizes.Add((rows, columns));
            (rows, columns) = (rows / pool, columns / pool);
        }
        return [.. sizes, (rows, columns)];
    }

    internal (int Rows, int Columns) CoreSize() => MapSizes()[^1];

    private void RequirePositive()
    {
        (string, int)[] sizes =
        [
            ("streams", Streams), ("retinaHeight", RetinaHeight), ("retinaWidth", RetinaWidth), ("perspectiveHidden", PerspectiveHidden), ("perspectiveLayers", PerspectiveLayers),
            ("modulationHidden", ModulationHidden), ("modulationLayers", ModulationLayers), ("modulationCells", ModulationCells), ("inputKernel", InputKernel),
            ("inputStride", InputStride), ("temporalKernel", TemporalKernel), ("spatialKernel", SpatialKernel), ("feedforwardOut", FeedforwardOut),
            ("recurrentHidden", RecurrentHidden), ("recurrentCommon", RecurrentCommon), ("recurrentGroups", RecurrentGroups), ("recurrentKernel", RecurrentKernel), ("coreOut", CoreOut),
            ("blockChannels", BlockChannels.DefaultIfEmpty().Min()), ("blockGroups", BlockGroups.DefaultIfEmpty().Min()), ("blockLayers", BlockLayers.DefaultIfEmpty().Min()), ("blockPools", BlockPools.DefaultIfEmpty().Min()),
        ];
        foreach ((string name, int size) in sizes)
            if (size < 1) throw new NetworkException($"{name} is {size}, it must be positive");
    }
}
