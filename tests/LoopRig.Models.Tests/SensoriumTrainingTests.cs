using LoopRig.Models.Sensorium;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using LoopRig.Torch.Tests.Formats;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Tests;

/// <summary>The training pass of Sensorium and Sensorium+ against the published objective.</summary>
public sealed class SensoriumTrainingTests(ITestOutputHelper output) : IDisposable
{
    private const int Samples = 700, Batch = 6;

    /// <summary>Arguments: the network, the batch, D, a file for loss and gradients. The published objective: sqrt(D / N) times the summed Poisson loss, and the regularisers.</summary>
    private const string Published = PublishedClasses.Python + """
        def read(path):
            with open(path, 'rb') as file:
                header = json.loads(file.read(int.from_bytes(file.read(8), 'little'))); data = bytearray(file.read())
            metadata = header.pop('__metadata__', {})
            types = {'F32': torch.float32, 'I64': torch.int64}
            return {n: torch.frombuffer(data[slice(*e['data_offsets'])], dtype=types[e['dtype']]).reshape(e['shape']) for n, e in header.items()}, metadata
        tensors, metadata = read(sys.argv[1])
        net = published(json.loads(metadata['looprig.spec']))
        net.load_state_dict(tensors)
        net.train()
        case, _ = read(sys.argv[2])
        y = case['target']
        rate = net({n[6:]: t for n, t in case.items() if n.startswith('input.')})
        loss = math.sqrt(int(sys.argv[3]) / len(y)) * (rate - y * torch.log(rate + 1e-8)).sum() + net.regularizer()
        loss.backward()
        arrays = {'loss': loss.reshape(1)}
        arrays.update({'grad.' + n: p.grad for n, p in net.named_parameters() if p.grad is not None})
        arrays.update({'after.' + n: b for n, b in net.named_buffers()})
        save(sys.argv[4], arrays, {})
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sensorium")]
    [InlineData("sensorium+, shifter")]
    public void ForwardTraining_MeanLoss_HasThePublishedGradientButForOneFactor(string name)
    {
        using Scope scope = new();
        using INetwork network = NetworkVariants.CreateUsed(NetworkVariants.All[name], seed: 1);
        NetworkFile.Save(network, _folder["n.safetensors"]);
        Tensor[] windows = NetworkVariants.Windows(network, Batch, 1, seed: 2);
        Random random = new(3);
        Tensor target = Tensor.FromArray([.. Enumerable.Range(0, Batch * network.Units).Select(_ => random.NextSingle() * 3)], Batch, network.Units);
        SafetensorsWriter.Write(_folder["case.safetensors"],
            [TensorArrays.FromTensor("target", target), .. windows.Select((window, i) => TensorArrays.FromTensor($"input.{network.Inputs[i].Name}", window))]);
        PythonTorch.Run(Published, _folder["n.safetensors"], _folder["case.safetensors"], Samples.ToString(), _folder["published.safetensors"]);

        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = true;
        TrainingPass pass = network.ForwardTraining(windows, new TrainingContext(new Random(1), Samples) { Noise = false });
        Tensor loss = F.Mean(pass.Responses - target * F.Log(pass.Responses + 1e-8)) + pass.Penalty!;
        loss.Backward();

        using SafetensorsFile published = SafetensorsFile.Open(_folder["published.safetensors"]);
        double factor = Math.Sqrt((double)Samples * Batch) * network.Units;
        float expectedLoss = published.Arrays["loss"].ReadFloats()[0];
        output.WriteLine($"{name}: loss {loss.Item() * factor}, published {expectedLoss}, of which the penalty {pass.Penalty!.Item() * factor}");
        Assert.Equal(expectedLoss, loss.Item() * factor, 1e-4 * Math.Abs(expectedLoss));
        double worst = 0;
        foreach ((string parameter, Tensor value) in network.Parameters)
        {
            if (value.Grad is null)
            {
                Assert.EndsWith(".sigma", parameter, StringComparison.Ordinal);
                continue;
            }
            float[] expected = published.Arrays[$"grad.{parameter}"].ReadFloats(), actual = value.Grad.ToArray();
            double largest = expected.Max(static element => Math.Abs(element));
            double error = expected.Zip(actual, (a, b) => Math.Abs(a - b * factor)).Max();
            worst = Math.Max(worst, error / largest);
            Assert.True(error <= 1e-3 * largest, $"{parameter}: {error} of {largest}");
        }
        output.WriteLine($"{name}: largest error of a gradient {worst:g3} of its tensor's largest");
        foreach ((string buffer, Tensor value) in network.Weights.Buffers)
        {
            float[] expected = published.Arrays[$"after.{buffer}"].ReadFloats(), actual = value.ToArray();
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-4f * (1 + Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void Create_NewNetwork_BeginsAsPublished()
    {
        SensoriumRecipe recipe = new() { Behaviour = true, Shifter = true };
        using INetwork network = NetworkFile.Create(recipe.Spec(recipe.Inputs(NetworkVariants.Offered), NetworkSpec.NumberedUnits(400), 1), seed: 1);
        Range("readout.session._mu", 0.3f);
        Range("readout.session.sigma", 0.1f);
        Assert.All(network.Parameters["readout.session._features"].ToArray(), static value => Assert.Equal(1f / 64, value));
        Assert.All(network.Parameters["readout.session.bias"].ToArray(), static value => Assert.Equal(0, value));
        // Glorot: 2 / (4 * 81 + 64 * 81) for the first layer; a channel by itself has a fan-in of 49 and, as PyTorch counts it, a fan-out of 64 * 49.
        Deviation("core.features.layer0.conv.weight", Math.Sqrt(2.0 / (68 * 81)));
        Deviation("core.features.layer1.ds_conv.spatial_conv.weight", Math.Sqrt(2.0 / (65 * 49)));
        Deviation("core.features.layer2.ds_conv.in_depth_conv.weight", Math.Sqrt(2.0 / 128));

        void Range(string name, float bound)
        {
            float[] values = network.Parameters[name].ToArray();
            Assert.InRange(values.Max(), 0.95f * bound, bound);
            Assert.InRange(values.Min(), -bound, -0.95f * bound);
        }

        void Deviation(string name, double expected)
        {
            float[] values = network.Parameters[name].ToArray();
            Assert.InRange(Math.Sqrt(values.Average(static value => (double)value * value)), 0.95 * expected, 1.05 * expected);
            Assert.InRange(values.Average(), -0.1 * expected, 0.1 * expected);
        }
    }

    [Fact]
    public void Forward_Noise_DrawsPositionsWithTheLearnedCovariance()
    {
        const int Draws = 20_000;
        using Scope scope = new();
        Sensorium2022Spec spec = new() { Inputs = Sensorium2022Spec.PublishedInputs(false, 20, 20), UnitIds = ["a"], Session = "s", Channels = 2, GridCoordinates = 0 };
        using ParameterSet parameters = ParameterSet.FromSeed(1);
        GaussianReadout readout = new(parameters, spec);
        new float[] { 0.2f, 0, 0.1f, 0.05f }.CopyTo(parameters.Parameters["readout.s.sigma"].AsSpan());
        new float[] { 0.1f, -0.2f }.CopyTo(parameters.Parameters["readout.s._mu"].AsSpan());
        // Two ramps give the position itself: x in one channel and y in the other, read one at a time.
        Tensor ramp = Tensor.Linspace(-1, 1, 9);
        Tensor x = ramp.Unsqueeze(0).Expand(9, 9), y = ramp.Unsqueeze(1).Expand(9, 9);
        Tensor features = F.Stack([x, y]).Unsqueeze(0).Expand(Draws, -1, -1, -1);
        float[] horizontal = Read(1, 0), vertical = Read(0, 1), sum = Read(1, 1);
        Assert.Equal(0.1, horizontal.Average(), 0.01);
        Assert.Equal(-0.2, vertical.Average(), 0.01);
        Assert.Equal(0.04, Variance(horizontal), 0.002); // sigma sigma^T = [[0.04, 0.02], [0.02, 0.0125]]
        Assert.Equal(0.0125, Variance(vertical), 0.001);
        Assert.Equal(0.0925, Variance(sum), 0.005);

        float[] Read(float first, float second)
        {
            new[] { first, second }.CopyTo(parameters.Parameters["readout.s._features"].AsSpan());
            LibTorch.ManualSeed(7);
            return readout.Forward(features, null, noise: true).ToArray();
        }

        static double Variance(float[] values)
        {
            double mean = values.Average();
            return values.Average(value => (value - mean) * (value - mean));
        }
    }

    [Fact]
    public void ForwardTraining_PositionOffTheMap_IsBroughtBack()
    {
        using Scope scope = new();
        using INetwork network = NetworkVariants.Create(NetworkVariants.All["sensorium"], seed: 1);
        Tensor positions = network.Parameters["readout.session._mu"];
        positions.AsSpan()[0] = 1.5f;
        positions.AsSpan()[1] = 0.25f;
        positions.RequiresGrad = true;
        TrainingPass pass = network.ForwardTraining(NetworkVariants.Windows(network, 4, 1, seed: 1), new TrainingContext(new Random(1), 100) { Noise = false });
        Assert.Equal([1f, 0.25f], positions.Detach().ToArray()[..2]);
        F.Sum(pass.Responses).Backward();
        Assert.NotEqual(0, positions.Grad!.ToArray()[1]);
    }
}
