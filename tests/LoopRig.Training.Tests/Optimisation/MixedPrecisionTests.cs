using LoopRig.Models;
using LoopRig.Torch;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training.Tests;

/// <summary>Steps in mixed precision, on the CPU: what they compute in, and that they train.</summary>
public sealed class MixedPrecisionTests : IDisposable
{
    private readonly ToyRegions _data = new(120, 3, 5);
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Precision.Full, ScalarType.Float32)]
    [InlineData(Precision.Mixed, ScalarType.BFloat16)]
    public void Step_OfAProbe_ComputesProductsInThatPrecisionAndTheRestIn32Bits(Precision precision, ScalarType expected)
    {
        using var scope = new Scope();
        using var probe = new Probe(Network());
        using (var stepper = new TrainingStepper(probe, new AdamConfig(), [Tensor.Randn([6, 1, 1, 8, 8])], Tensor.Ones(6, 3), precision: precision))
            Assert.True(double.IsFinite(stepper.Step()));
        Assert.Equal(expected, probe.Product);
        using (new NoGrad())
            probe.Forward([Tensor.Randn([6, 1, 1, 8, 8])], training: false);
        Assert.Equal(ScalarType.Float32, probe.Product);
        Assert.All(probe.Weights.Parameters.Values, static parameter => Assert.Equal(ScalarType.Float32, parameter.Dtype));
    }

    [Fact]
    public void Execute_InMixedPrecision_TrainsAboutAsWellAsInFullAndGoesOnBitForBit()
    {
        TrainConfig full = _data.Train(4), mixed = full with { Training = full.Training with { Precision = Precision.Mixed } };
        TrainingOutcome one = TrainingRun.Execute(full, _folder.Of("full"), null, Stop), two = TrainingRun.Execute(mixed, _folder.Of("mixed"), null, Stop);
        double[] losses = two.Training.ValidationLosses;
        Assert.True(losses[^1] < losses[0] - 0.01, string.Join(" ", losses));
        Assert.NotEqual(one.Training.ValidationLosses, losses);
        Assert.Equal(one.Training.ValidationLosses[^1], losses[^1], 0.05);
        bool finished;
        do
        {
            using var stop = new CancellationTokenSource();
            int steps = 0;
            finished = TrainingRun.Execute(mixed, _folder.Of("pieces"), null, stop.Token, () =>
            {
                if (++steps == 31)
                    stop.Cancel();
            }).Training.Finished;
        }
        while (!finished);
        Assert.Equal(Hash(two.Networks[0].Path), Hash(Path.Combine(_folder.Of("pieces"), "best", Path.GetFileName(two.Networks[0].Path))));
        Assert.Contains("training.precision", Assert.Throws<TrainingException>(() => TrainingRun.Execute(full, _folder.Of("mixed"), null, Stop)).Message, StringComparison.Ordinal);
    }

    private static INetwork Network() => NetworkFile.Create(
        new Models.Xu.XuSpec
        {
            Inputs = Models.Xu.XuSpec.InputsFor([], shifter: false, 8, 8),
            UnitIds = ["a", "b", "c"],
            ConvolutionChannels = [4],
        }, 1);

    private static string Hash(string path)
    {
        using INetwork network = NetworkFile.Load(path);
        return network.Hash;
    }

    /// <summary>A network that notes which element type a product has inside it.</summary>
    private sealed class Probe(INetwork network) : INetwork
    {
        public ScalarType Product { get; private set; }

        public NetworkSpec Spec => network.Spec;

        public string Hash => network.Hash;

        public ParameterSet Weights => network.Weights;

        public int WarmUpSteps => network.WarmUpSteps;

        public int WindowFrames => network.WindowFrames;

        public Tensor[] InitialState(int batch) => network.InitialState(batch);

        public (Tensor Output, Tensor[] State) Step(Tensor[] inputs, Tensor[] state) => network.Step(inputs, state);

        public Tensor Forward(Tensor[] windows, bool training)
        {
            using Tensor rows = Tensor.Ones(2, 2), product = F.Linear(rows, rows);
            Product = product.Dtype;
            return network.Forward(windows, training);
        }

        public INetwork CopyTo(Device device) => network.CopyTo(device);

        public FrozenStep Freeze(Device device) => network.Freeze(device);

        public void Dispose() => network.Dispose();
    }
}
