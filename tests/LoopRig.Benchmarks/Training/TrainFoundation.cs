using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Benchmarks;

/// <summary>
/// A training step of the foundation network: batch 4, 30 frames, 10 of them burn-in, one of four streams, sampling noise; half the released retina in each direction and half its
/// channels, 500 units.
/// </summary>
internal sealed class TrainFoundation : IBenchmark
{
    private const int Batch = 4, Frames = 30, BurnIn = 10, Units = 500, Height = 72, Width = 128, Pairs = 8;

    public string Name => "train-foundation";

    public string Description => "a training step of a reduced foundation network (batch 4, 30 frames) against PyTorch";

    public IReadOnlyList<int> Threads => [1, 2];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        using var scope = new Scope();
        using var generator = new Generator(1);
        var inputs = new Dictionary<string, Tensor>
        {
            ["stimulus"] = Tensor.Rand([Batch, Frames, 1, Height, Width], generator),
            ["eye"] = Tensor.Randn([Batch, Frames, 2], generator),
            ["behaviour"] = Tensor.Randn([Batch, Frames, 2], generator),
        };
        var response = Functional.Abs(Tensor.Randn([Batch, Frames - BurnIn, Units], generator));
        foreach (var result in TrainingBenchmark.Measure(
            Name, $"{Frames} frames", Create, "foundation_training", new SgdClipConfig(), inputs, response, BurnIn, threads, Pairs, 1, (Options(noise: true), Options(noise: false))))
        {
            yield return result;
        }
    }

    private static INetwork Create(bool chance)
    {
        var network = NetworkFile.Create(Spec(), seed: 1);
        var random = new Random(2);
        foreach (var (_, weights) in network.Parameters.Where(pair => pair.Key.StartsWith("readout.feature.weights", StringComparison.Ordinal)))
        {
            // A new network's are zero: what both sides make of the core would go unseen in the losses that they must agree in.
            foreach (ref var weight in weights.AsSpan())
            {
                weight = 8 * (random.NextSingle() - 0.5f);
            }
        }
        return network;
    }

    private static FoundationSpec Spec() =>
        new()
        {
            Inputs = FoundationSpec.InputsFor(Height, Width),
            UnitIds = NetworkSpec.NumberedUnits(Units),
            RetinaHeight = 64,
            RetinaWidth = 96,
            BlockChannels = [16, 32, 64],
            FeedforwardOut = 64,
            RecurrentHidden = 128,
            RecurrentCommon = 256,
            CoreOut = 64,
        };

    private static Dictionary<string, object> Options(bool noise)
    {
        using var network = Create(noise);
        var spec = (FoundationSpec)network.Spec;
        return new()
        {
            ["noise"] = noise,
            ["burn_in"] = BurnIn,
            ["streams"] = spec.Streams,
            ["retina"] = (int[])[spec.RetinaHeight, spec.RetinaWidth],
            ["perspective_layers"] = spec.PerspectiveLayers,
            ["cells"] = spec.ModulationCells,
            ["block_groups"] = spec.BlockGroups,
            ["pools"] = spec.BlockPools,
            ["stride"] = spec.InputStride,
            ["groups"] = spec.RecurrentGroups,
            ["trained"] = network.Parameters.Keys.ToArray(),
            ["flags"] = network.Weights.Traits.ToDictionary(pair => pair.Key, pair => new { scale = pair.Value.Scale, decay = pair.Value.Decay, norm_dims = pair.Value.NormDims }),
        };
    }
}
