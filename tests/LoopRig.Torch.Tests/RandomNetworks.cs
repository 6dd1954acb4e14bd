using F = LoopRig.Torch.Functional;

namespace LoopRig.Torch.Tests;

/// <summary>Networks of random, often odd, sizes whose layers are of the kinds that programs rewrite.</summary>
internal static class RandomNetworks
{
    /// <summary>Convolutions with batch norm and nonlinearity, a readout, and a recurrent state; frozen, and as a pure step of the same weights.</summary>
    public static Program Convolutional(int seed, out Step step, bool optimised = true)
    {
        var random = new Random(seed);
        using var generator = new Generator((ulong)seed);
        var layers = new List<Func<Tensor, Tensor>>();
        long channels = random.Next(1, 4), height = random.Next(20, 40), width = random.Next(20, 40);
        using var example = Tensor.Randn([1, channels, height, width], generator);
        for (int i = random.Next(2, 4); i > 0; i--)
        {
            long wide = random.Next(3, 40);
            var kernel = new Size2(random.Next(1, 6), random.Next(1, 6));
            var weight = Tensor.Randn([wide, channels, kernel.Height, kernel.Width], generator) * (1 / Math.Sqrt(channels * kernel.Height * kernel.Width));
            var bias = random.Next(2) == 0 ? null : Tensor.Randn([wide], generator);
            Size2 stride = random.Next(1, 3), padding = (random.Next(0, 3), random.Next(0, 3));
            var norm = Norm(wide, generator);
            bool elu = random.Next(2) == 0;
            layers.Add(x => Activate(norm(F.Conv2d(x, weight, bias, stride, padding)), elu));
            channels = wide;
            if (random.Next(2) == 0)
            {
                var depthwise = Tensor.Randn([channels, 1, 7, 7], generator) * 0.2;
                layers.Add(x => F.Conv2d(x, depthwise, null, padding: 3, groups: wide));
            }
        }
        Tensor Encode(Tensor x) => layers.Aggregate(x, (value, layer) => layer(value)).Flatten(1);
        var encoded = Encode(example);
        long features = encoded.Size(1);
        encoded.Dispose();
        var readout = Tensor.Randn([17, features], generator) * (1 / Math.Sqrt(features));
        var readoutNorm = Norm(17, generator);
        var recurrent = Tensor.Randn([17, 17], generator) * 0.2;
        using var initial = Tensor.Zeros(1, 17);
        step = (inputs, state) =>
        {
            var next = F.Tanh(readoutNorm(F.Linear(Encode(inputs[0]), readout)) + F.MatMul(state[0], recurrent));
            return ([F.Softplus(next)], [next]);
        };
        var program = Program.Record(Device.Cpu, [("image", example)], [initial], step, optimised);
        example.AsSpan().CopyTo(program.Input(0));
        return program;
    }

    private static Tensor Activate(Tensor x, bool elu) => elu ? F.Elu(x) : F.Relu(x);

    private static Func<Tensor, Tensor> Norm(long channels, Generator generator)
    {
        var mean = Tensor.Randn([channels], generator);
        var variance = Tensor.Rand([channels], generator) + 0.5;
        var gain = Tensor.Randn([channels], generator);
        var bias = Tensor.Randn([channels], generator);
        return x => F.BatchNorm(x, mean, variance, gain, bias);
    }
}
