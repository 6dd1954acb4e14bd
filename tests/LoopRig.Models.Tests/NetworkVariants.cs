using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Models.Tests;

/// <summary>Every variant of the three tables of Xu et al. 2023, in small sizes, by a name.</summary>
internal static class NetworkVariants
{
    private const int Height = 33, Width = 41, Units = 5;

    private static readonly XuRecipe s_xu = new() { Height = Height, Width = Width, ConvolutionChannels = [6, 4], Hidden = 12, ShifterHidden = 7 };
    private static readonly AutoencoderRecipe s_autoencoder = new() { Height = Height, Width = Width, ConvolutionChannels = [4, 6], Latent = 10, ShifterHidden = 7 };
    private static readonly ResNet18Recipe s_resNet = new() { Height = Height, Width = Width, Channels = [4, 6, 8, 10], ShifterHidden = 7 };
    private static readonly EfficientNetB0Recipe s_efficientNet = new() { Height = Height, Width = Width, WidthFactor = 0.25, ShifterHidden = 7 };
    private static readonly SensoriumRecipe s_sensorium = new() { Height = 24, Width = 30, Channels = 6, Layers = 3, InputKernel = 5, HiddenKernel = 3 };

    /// <summary>What a rig with every stream offers.</summary>
    internal static IReadOnlyList<InputSpec> Offered { get; } =
    [
        new() { Name = "image", Kind = InputKind.Image, Height = 60, Width = 80 },
        new() { Name = "behaviour", Kind = InputKind.Vector, Variables = [.. BehaviourVariables.All.Select(static variable => variable.Name)] },
    ];

    internal static IReadOnlyDictionary<string, NetworkRecipe> All { get; } = new Dictionary<string, NetworkRecipe>
    {
        ["vision"] = s_xu with { Behaviour = "none", Shifter = false },
        ["vision, shifter"] = s_xu with { Behaviour = "none" },
        ["S"] = s_xu with { Behaviour = "S" },
        ["B"] = s_xu with { Behaviour = "B" },
        ["D"] = s_xu with { Behaviour = "D" },
        ["BD"] = s_xu with { Behaviour = "BD" },
        ["Sx"] = s_xu with { Behaviour = "Sx" },
        ["Bx"] = s_xu with { Behaviour = "Bx" },
        ["Dx"] = s_xu with { Behaviour = "Dx" },
        ["BDx"] = s_xu,
        ["BDx, no shifter"] = s_xu with { Shifter = false },
        ["GRU_2"] = s_xu with { Window = 2 },
        ["GRU_3"] = s_xu with { Window = 3 },
        ["GRU_4"] = s_xu with { Window = 4 },
        ["GRU_5"] = s_xu with { Window = 5 },
        ["GRU_6"] = s_xu with { Window = 6 },
        ["GRU_7"] = s_xu with { Window = 7 },
        ["GRU_8"] = s_xu with { Window = 8 },
        ["GRU_3, features"] = s_xu with { Window = 3, Features = 9 },
        ["autoencoder"] = s_autoencoder with { Shifter = false },
        ["autoencoder, shifter"] = s_autoencoder,
        ["resnet18"] = s_resNet with { Shifter = false },
        ["resnet18, shifter"] = s_resNet,
        ["efficientnet-b0"] = s_efficientNet with { Shifter = false },
        ["efficientnet-b0, shifter"] = s_efficientNet,
        ["sensorium"] = s_sensorium,
        ["sensorium, shifter"] = s_sensorium with { Shifter = true },
        ["sensorium+"] = s_sensorium with { Behaviour = true },
        ["sensorium+, shifter"] = s_sensorium with { Behaviour = true, Shifter = true },
    };

    /// <summary>A new network of a recipe.</summary>
    internal static INetwork Create(NetworkRecipe recipe, int seed)
        => NetworkFile.Build(recipe.Spec(recipe.Inputs(Offered), NetworkSpec.NumberedUnits(Units), 1), recipe.NewWeights(seed));

    /// <summary>A new network whose running statistics are those of inputs, as after some training, so that the last layer still feels the first.</summary>
    internal static INetwork CreateUsed(NetworkRecipe recipe, int seed)
    {
        INetwork network = Create(recipe, seed);
        using Scope scope = new();
        using NoGrad guard = new();
        // Frozen networks learn no statistics.
        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = true;
        LibTorch.ManualSeed((ulong)seed);
        for (int i = 0; i < 40; i++)
        {
            using Scope pass = new();
            network.Forward(Windows(network, 6, network.WindowFrames, seed + i), training: true);
        }
        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = false;
        return network;
    }

    /// <summary>Random inputs [N, k, ...], images in 0..1.</summary>
    internal static Tensor[] Windows(INetwork network, int batch, int frames, int seed)
    {
        Random random = new(seed);
        return
        [
            .. network.Inputs.Select(input => Tensor.FromArray(
                [.. Enumerable.Range(0, batch * frames * input.Length).Select(_ => input.Kind == InputKind.Image ? random.NextSingle() : random.NextSingle() * 2 - 1)],
                [batch, frames, .. FrozenStep.ShapeOf(input, 1)[1..]])),
        ];
    }
}
