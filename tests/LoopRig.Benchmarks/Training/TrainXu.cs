using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Benchmarks;

/// <summary>A training step of the Xu network at its published size: batch 256, 68 units, 66 behaviour inputs, GRU_1 with shifter.</summary>
internal sealed class TrainXu : IBenchmark
{
    private const int Batch = 256, Units = 68, Pairs = 7;

    public string Name => "train-xu";

    public string Description => "a training step of the Xu network (batch 256) against PyTorch";

    public IReadOnlyList<int> Threads => [1, 2];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        using var scope = new Scope();
        using var generator = new Generator(1);
        var inputs = new Dictionary<string, Tensor>
        {
            ["image"] = Tensor.Randn([Batch, 1, 1, 60, 80], generator),
            ["behaviour"] = Tensor.Randn([Batch, 1, 66], generator),
            ["shifter"] = Tensor.Randn([Batch, 1, 4], generator) * 5,
        };
        var response = Functional.Abs(Tensor.Randn([Batch, Units], generator));
        foreach (var result in TrainingBenchmark.Measure(
            Name, "GRU_1", Create, "xu_training", new AdamConfig(), inputs, response, 0, threads, Pairs, 1, (new { dropout = 0.5 }, new { dropout = 0.0 })))
        {
            yield return result;
        }
    }

    private static INetwork Create(bool chance) => NetworkFile.Create(
        new XuSpec { Inputs = XuSpec.InputsFor(XuBehaviour.AllWithProducts), UnitIds = NetworkSpec.NumberedUnits(Units), Dropout = chance ? 0.5 : 0 }, seed: 1);
}
