using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models;

/// <summary>
/// A network as its user asks for it, before the data are known: sizes and choices, no units, no statistics. Written in JSON in the configs of training and sweeps.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(XuRecipe), XuRecipe.KindName)]
[JsonDerivedType(typeof(SensoriumRecipe), SensoriumRecipe.KindName)]
[JsonDerivedType(typeof(AutoencoderRecipe), AutoencoderRecipe.KindName)]
[JsonDerivedType(typeof(ResNet18Recipe), ResNet18Recipe.KindName)]
[JsonDerivedType(typeof(EfficientNetB0Recipe), EfficientNetB0Recipe.KindName)]
[JsonDerivedType(typeof(FoundationRecipe), FoundationRecipe.KindName)]
[JsonDerivedType(typeof(ImagesRecipe), ImagesRecipe.KindName)]
[JsonDerivedType(typeof(LinearRecipe), LinearRecipe.KindName)]
public abstract record NetworkRecipe
{
    /// <summary>The inputs that the network wants, without statistics.</summary>
    /// <param name="offered">What the data can give: an image in its native size, vectors with all their variables.</param>
    /// <exception cref="NetworkException">The data lack something; it is named.</exception>
    public abstract InputSpec[] Inputs(IReadOnlyList<InputSpec> offered);

    /// <summary>The spec of a network for one session.</summary>
    /// <param name="inputs">What <see cref="Inputs"/> asked for, with statistics.</param>
    /// <param name="unitIds">One name a unit.</param>
    /// <param name="outputDelayBins">Bins from the newest input to the predicted activity.</param>
    /// <exception cref="NetworkException">The values make no network.</exception>
    public abstract NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins);

    /// <summary>Beginnings of the names of the parameters that transfer keeps; empty: all are drawn anew.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> CorePrefixes => [];

    /// <summary>Beginnings of the names of the parameters that sessions share: what transfer keeps, unless the network says otherwise; empty: a network a session.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> SharedPrefixes => CorePrefixes;

    /// <summary>Checks what can be checked without data: sizes, choices, and files that are named.</summary>
    /// <exception cref="NetworkException">The values make no network; what is wrong is named.</exception>
    public virtual void Check()
    {
        // Any data that have everything, as large as the released stimulus.
        InputSpec[] offered =
        [
            new InputSpec { Name = "image", Kind = InputKind.Image, Channels = 3, Height = 144, Width = 256 },
            new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = [.. BehaviourVariables.All.Select(static variable => variable.Name)] },
        ];
        Spec(Inputs(offered), ["unit"], 0).Validate();
    }

    /// <summary>How the network wants an input's values: images standardised, vectors as measured, unless it says otherwise.</summary>
    /// <param name="input">One of <see cref="Inputs"/>.</param>
    public virtual InputScaling ScalingOf(InputSpec input) => input.Kind == InputKind.Image ? InputScaling.Standardised : InputScaling.AsMeasured;

    /// <summary>The parameters that a new network begins with: drawn from the seed, or in part from pretrained weights that the recipe names.</summary>
    /// <exception cref="LoopRigException">Those weights are missing, damaged or of another network.</exception>
    public virtual ParameterSet NewWeights(int seed) => ParameterSet.FromSeed(seed);

    /// <summary>The same with every path made absolute.</summary>
    /// <param name="absolute">Gives the absolute form of a path.</param>
    public virtual NetworkRecipe WithPaths(Func<string, string> absolute) => this;
}
