using System.Globalization;
using System.Text.RegularExpressions;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Training;

/// <summary>
/// A golden file of training taken apart: a network with the weights before, one batch, the first step's gradients, the loss before each step and the state
/// after it. Sizes come from the arrays, the optimiser's numbers from the metadata.
/// </summary>
internal sealed class TrainingGolden : IDisposable
{
    private TrainingGolden(SafetensorsFile file, INetwork network, Tensor[] windows, Tensor targets, OptimiserConfig optimiser, int burnIn)
        => (File, Network, Windows, Targets, Optimiser, BurnIn) = (file, network, windows, targets, optimiser, burnIn);

    /// <summary>The file; borrowed.</summary>
    internal SafetensorsFile File { get; }

    /// <summary>The network before the first step.</summary>
    internal INetwork Network { get; }

    /// <summary>One an input: [N, k, ...].</summary>
    internal Tensor[] Windows { get; }

    /// <summary>What the counted responses should be.</summary>
    internal Tensor Targets { get; }

    /// <summary>What moves the parameters.</summary>
    internal OptimiserConfig Optimiser { get; }

    /// <summary>First frames that do not count.</summary>
    internal int BurnIn { get; }

    /// <summary>Whether a file is of training: it holds gradients.</summary>
    internal static bool Recognise(SafetensorsFile file) => file.Arrays.Keys.Any(static name => name.StartsWith("grad.", StringComparison.Ordinal));

    /// <summary>Takes a file apart; tensors are left to the scope that is open.</summary>
    /// <exception cref="NetworkException">It is of no network that is known here, or an array is missing or does not fit.</exception>
    internal static TrainingGolden Open(SafetensorsFile file)
    {
        Dictionary<string, NamedArray> weights = file.Arrays.Where(static pair => pair.Key.StartsWith("param.", StringComparison.Ordinal))
            .ToDictionary(static pair => pair.Key["param.".Length..], static pair => pair.Value);
        return file.Arrays.ContainsKey("input." + FoundationSpec.StimulusInput) ? Foundation(file, weights) : Xu(file, weights);
    }

    public void Dispose() => Network.Dispose();

    private static TrainingGolden Xu(SafetensorsFile file, Dictionary<string, NamedArray> weights)
    {
        Tensor image = Input(file, "image"), behaviour = Input(file, "behaviour"); // [N, k, 1, H, W] and [N, k, D]
        string[] variables = XuBehaviour.OfSize(behaviour.Size(-1)) ?? NetworkSpec.NumberedUnits(behaviour.Size(-1));
        var options = new NetworkOptions
        {
            Window = (int)image.Size(1),
            ImageHeight = (int)image.Size(-2),
            ImageWidth = (int)image.Size(-1),
            Variables = new Dictionary<string, string[]> { ["behaviour"] = variables },
        };
        using INetwork published = NetworkFile.Build(file.Path, weights, options);
        NetworkSpec spec = published.Spec is XuSpec xu ? xu with { Dropout = 0 } : throw new NetworkException($"{file.Path}: no golden training of a network of kind {published.Kind} is known here");
        INetwork network = NetworkFile.Build(spec, ParameterSet.FromArrays(weights), file.Path);
        Tensor[] windows = [.. network.Inputs.Select(input => input.Name switch
        {
            "image" => image,
            "behaviour" => behaviour,
            // The published code takes the shifter's inputs out of the behaviour.
            _ => behaviour.IndexSelect(2, Tensor.FromArray<long>([.. XuSpec.ShifterVariables.Select(static name => (long)Array.IndexOf(XuBehaviour.Behaviour, name))])),
        })];
        return new TrainingGolden(file, network, windows, Input(file, "response"), new AdamConfig { LearningRate = Number(file, "lr") ?? 2e-4 }, 0);
    }

    // Time comes first in the file.
    private static TrainingGolden Foundation(SafetensorsFile file, Dictionary<string, NamedArray> weights)
    {
        Tensor Sequences(string name) => Input(file, name).To(ScalarType.Float32).Transpose(0, 1).Contiguous();
        Tensor stimulus = Sequences(FoundationSpec.StimulusInput).Unsqueeze(2) / byte.MaxValue; // [N, T, 1, H, W]
        INetwork network = NetworkFile.Build(file.Path, weights, new NetworkOptions { ImageHeight = (int)stimulus.Size(-2), ImageWidth = (int)stimulus.Size(-1) });
        int burnIn = int.Parse(file.Metadata.GetValueOrDefault("burn_in", "0"), CultureInfo.InvariantCulture);
        Tensor[] windows = [.. network.Inputs.Select(input => input.Name == FoundationSpec.StimulusInput ? stimulus : Sequences(input.Name))];
        var released = new SgdClipConfig();
        var optimiser = released with
        {
            LearningRate = Number(file, "lr") ?? released.LearningRate,
            Decay = Number(file, "decay") ?? released.Decay,
            Momentum = Number(file, "momentum") ?? released.Momentum,
            Clip = Number(file, "clip") ?? released.Clip,
            Epsilon = Number(file, "eps") ?? released.Epsilon,
        };
        Tensor targets = Sequences("response");
        return new TrainingGolden(file, network, windows, targets.Narrow(1, burnIn, targets.Size(1) - burnIn), optimiser, burnIn);
    }

    private static Tensor Input(SafetensorsFile file, string name)
        => file.Arrays.TryGetValue("input." + name, out NamedArray? array) ? array.ToTensor() : throw new NetworkException($"{file.Path}: input.{name} is missing");

    // "SGD clip: lr .1 decay 1e-4 momentum .9 nesterov clip .01 eps .001".
    private static double? Number(SafetensorsFile file, string key)
    {
        Match match = Regex.Match(file.Metadata.GetValueOrDefault("optimiser", ""), $@"\b{key} ([0-9.]+(?:e-?[0-9]+)?)");
        return match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }
}
