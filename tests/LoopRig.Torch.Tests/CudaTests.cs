using LoopRig.Core;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Torch.Tests;

public class CudaTests
{
    [Fact]
    public void Use_WithoutCuda_SaysSo()
    {
        if (Cuda.IsAvailable) Assert.Skip("there is a GPU");
        using var tensor = Tensor.Ones(1);
        Assert.Contains("CUDA", Assert.Throws<NativeLibraryException>(() => tensor.To(Device.Cuda())).Message);
        Assert.Contains("CUDA", Assert.Throws<NativeLibraryException>(() => new CudaStream()).Message);
        Assert.Throws<NativeLibraryException>(() => Program.Record(Device.Cuda(), [("x", tensor)], [], (inputs, _) => ([inputs[0]], [])));
    }

    [Fact]
    public void Run_RecurrentStepOnCuda_EqualsTheCpu()
    {
        if (!Cuda.IsAvailable) Assert.Skip("no CUDA device");
        LibTorch.SetAllowTf32(false);
        using var scope = new Scope();
        Tensor weight = Tensor.Randn([6, 3, 3, 3]), mean = Tensor.Randn([6]), variance = Tensor.Rand([6]) + 0.5;
        Tensor image = Tensor.Randn([1, 3, 9, 8]), initial = Tensor.Zeros(1, 6, 7, 6);
        Program Freeze(Device device)
        {
            Tensor w = weight.To(device), m = mean.To(device), v = variance.To(device);
            return Program.Record(device, [("image", image)], [initial], (inputs, state) =>
            {
                var next = F.Relu(F.BatchNorm(F.Conv2d(inputs[0], w), m, v)) + state[0] * 0.5;
                return ([next], [next]);
            });
        }
        using Program cpu = Freeze(Device.Cpu), cuda = Freeze(Device.Cuda());
        for (int t = 0; t < 10; t++)
        {
            if (t == 5) cuda.WriteState(cpu.ReadState());
            using var input = Tensor.Randn([1, 3, 9, 8]);
            input.AsSpan().CopyTo(cpu.Input(0));
            input.AsSpan().CopyTo(cuda.Input(0));
            cpu.Run();
            cuda.Run();
            TensorAssert.Close(cpu.Output(0), cuda.Output(0), 1e-4);
        }
    }
}
