using LoopRig.Core;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Torch.Tests;

public class AutocastTests
{
    [Fact]
    public void Products_Inside_AreOf16BitsAndOutsideOf32()
    {
        using var scope = new Scope();
        Tensor image = Tensor.Randn([2, 3, 8, 8]), filters = Tensor.Randn([4, 3, 3, 3]), rows = Tensor.Randn([5, 6]), weight = Tensor.Randn([7, 6]);
        Tensor before = F.Linear(rows, weight);
        using (new Autocast(Device.Cpu))
        {
            Assert.Equal(ScalarType.BFloat16, F.Conv2d(image, filters).Dtype);
            Tensor product = F.Linear(rows, weight);
            Assert.Equal(ScalarType.BFloat16, product.Dtype);
            // 8 bits of mantissa: near, and not the same.
            float[] rounded = product.ToArray(), exact = before.ToArray();
            Assert.NotEqual(exact, rounded);
            Assert.All(exact.Zip(rounded), static pair => Assert.Equal(pair.First, pair.Second, 0.1f));
            // A sum takes what it is given.
            Assert.Equal(ScalarType.Float32, (rows + rows).Dtype);
        }
        Assert.Equal(ScalarType.Float32, F.Conv2d(image, filters).Dtype);
        Assert.Equal(before.ToArray(), F.Linear(rows, weight).ToArray());
    }

    [Fact]
    public void Dispose_OfAnInnerOne_LeavesTheOuterOneOn()
    {
        using var scope = new Scope();
        Tensor rows = Tensor.Randn([5, 6]), weight = Tensor.Randn([7, 6]);
        using (new Autocast(Device.Cpu))
        {
            using (new Autocast(Device.Cpu))
                Assert.Equal(ScalarType.BFloat16, F.Linear(rows, weight).Dtype);
            Assert.Equal(ScalarType.BFloat16, F.Linear(rows, weight).Dtype);
        }
        Assert.Equal(ScalarType.Float32, F.Linear(rows, weight).Dtype);
    }

    [Fact]
    public void Backward_OfAProduct_GivesWeightsGradientsOf32BitsAndTheNextStepSeesTheirChange()
    {
        using var scope = new Scope();
        Tensor rows = Tensor.Ones(2, 3), weight = Tensor.Ones(1, 3);
        weight.RequiresGrad = true;
        double[] sums = new double[2];
        for (int step = 0; step < 2; step++)
        {
            Tensor product;
            using (new Autocast(Device.Cpu))
                product = F.Linear(rows, weight);
            Tensor sum = F.Sum(product.To(ScalarType.Float32));
            sum.Backward();
            sums[step] = sum.Item();
            using var noGraph = new NoGrad();
            Assert.Equal((ScalarType.Float32, ScalarType.Float32), (weight.Dtype, weight.Grad!.Dtype));
            Assert.Equal([2, 2, 2], weight.Grad.ToArray());
            weight.Grad = null;
            weight.CopyFrom(weight * 3);
        }
        Assert.Equal([6, 18], sums);
    }

    [Fact]
    public void Constructor_OnAnotherThread_ConcernsThatThreadAlone()
    {
        using var scope = new Scope();
        Tensor rows = Tensor.Randn([5, 6]), weight = Tensor.Randn([7, 6]);
        using (new Autocast(Device.Cpu))
        {
            ScalarType elsewhere = ScalarType.Bool;
            var thread = new Thread(() =>
            {
                using Tensor product = F.Linear(rows, weight);
                elsewhere = product.Dtype;
            });
            thread.Start();
            thread.Join();
            Assert.Equal(ScalarType.Float32, elsewhere);
        }
    }

    [Fact]
    public void Constructor_OfAnotherDevice_SaysSo()
        => Assert.Contains("the CPU or of CUDA", Assert.Throws<TorchException>(() => new Autocast(new Device(14, 0))).Message, StringComparison.Ordinal);
}
