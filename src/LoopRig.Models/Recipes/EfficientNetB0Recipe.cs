using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Backbones;

namespace LoopRig.Models;

/// <summary>EfficientNet-B0 with a one-channel stem, as Xu et al. 2023 use it. Defaults are the published values.</summary>
public sealed record EfficientNetB0Recipe : NetworkRecipe
{
    /// <summary>The kind in configs.</summary>
    public const string KindName = "efficientnet-b0";

    /// <summary>Whether a learned shifter corrects the image for gaze.</summary>
    public bool Shifter { get; init; } = true;

    /// <summary>Rows of the image.</summary>
    public int Height { get; init; } = 60;

    /// <summary>Columns of the image.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Factor on every number of channels.</summary>
    public double WidthFactor { get; init; } = 1;

    /// <summary>Hidden size of the shifter.</summary>
    public int ShifterHidden { get; init; } = 256;

    /// <summary>A file of timm's ImageNet weights to begin with; null: random weights.</summary>
    public string? Pretrained { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> CorePrefixes => EfficientNetB0Spec.BodyPrefixes;

    /// <inheritdoc/>
    public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered) => RecipeInputs.Xu(offered, [], Shifter, Height, Width);

    /// <inheritdoc/>
    public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => new EfficientNetB0Spec
    {
        Inputs = inputs,
        UnitIds = unitIds,
        OutputDelayBins = outputDelayBins,
        WidthFactor = WidthFactor,
        ShifterHidden = ShifterHidden,
        Pretrained = Pretrained is null ? LibraryWeights.None : LibraryWeights.Read(Pretrained, EfficientNetB0Spec.KindName, keepClasses: false).Note,
    };

    /// <inheritdoc/>
    public override ParameterSet NewWeights(int seed)
        => Pretrained is null ? ParameterSet.FromSeed(seed) : ParameterSet.FromArrays(LibraryWeights.Read(Pretrained, EfficientNetB0Spec.KindName, keepClasses: false).Arrays, EfficientNetB0Spec.BodyPrefixes, seed);

    /// <inheritdoc/>
    public override void Check()
    {
        if (Pretrained is not null && !File.Exists(Pretrained)) throw new NetworkException($"pretrained: there is no file {Pretrained}");
        if (Pretrained is null) base.Check();
        else (this with { Pretrained = null }).Check();
    }

    /// <inheritdoc/>
    public override NetworkRecipe WithPaths(Func<string, string> absolute) => this with { Pretrained = Pretrained is null ? null : absolute(Pretrained) };
}
