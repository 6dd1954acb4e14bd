using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Benchmarks;

/// <summary>A step of the trained Sensorium 2022 network with behaviour: 7538 units of mouse V1.</summary>
internal sealed class StepSensorium : IBenchmark
{
    private const int Frames = 64;

    public string Name => "step-sensorium";

    public string Description => "one step of the trained Sensorium 2022 network (7538 units) against eager PyTorch";

    public IReadOnlyList<int> Threads => [1, 2];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        var weights = Path.Combine(Checkout.Data, "mouse_v1_networks", "sensorium_p_sota_model.pth");
        if (!File.Exists(weights))
        {
            throw new NotReadyException($"{weights} is absent: LOOPRIG_DATA names the folder of recorded data");
        }
        using var network = NetworkFile.Load(weights);
        var random = new Random(1);
        Sequence[] inputs =
        [
            Sequence.Uniform("image", Frames, [1, 36, 64], -2, 2, random),
            Sequence.Uniform("behaviour", Frames, [3], -1, 1, random),
            Sequence.Uniform("pupil_centre", Frames, [2], -1, 1, random),
        ];
        yield return StepBenchmark.Measure(Name, "7538 units", network, weights, "sensorium", inputs, threads, 1.0);
    }
}
