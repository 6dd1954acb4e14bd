using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Torch.Tests;

public class TensorTests
{
    [Fact]
    public void FromArray_OddShape_HasThatShapeStridesAndValues()
    {
        using var tensor = Tensor.FromArray([1f, 2, 3, 4, 5, 6], 3, 2);
        Assert.Equal([3L, 2], tensor.Shape);
        Assert.Equal([2L, 1], tensor.Strides);
        Assert.Equal(ScalarType.Float32, tensor.Dtype);
        Assert.Equal("cpu", tensor.Device.ToString());
        using var turned = tensor.Transpose(0, 1);
        Assert.Equal([1L, 2], turned.Strides);
        Assert.False(turned.IsContiguous);
        Assert.Equal([1f, 3, 5, 2, 4, 6], turned.ToArray());
        Assert.Throws<TorchException>(() => turned.AsSpan());
    }

    [Fact]
    public void FromArray_WrongCount_IsRefused() => Assert.Throws<ArgumentException>(() => Tensor.FromArray([1f, 2, 3], 2, 2));

    [Theory]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Bool)]
    public void To_OtherType_KeepsValues(ScalarType type)
    {
        using var tensor = Tensor.FromArray([0f, 1, 1]);
        using var other = tensor.To(type);
        Assert.Equal(type, other.Dtype);
        Assert.Equal([0f, 1, 1], other.ToArray());
    }

    [Fact]
    public void View_OfManagedArray_SharesItsMemoryAndUnpinsAtTheEnd()
    {
        var array = new float[6];
        var weak = Fill(array);
        Assert.Equal([0f, 1, 2, 3, 4, 5], array);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(weak.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Fill(float[] outer)
        {
            var inner = new float[6];
            using var view = Tensor.View(inner, 2, 3);
            using var part = view.Select(0, 1);
            view.Dispose();
            inner[3] = 7;
            Assert.Equal(7, part.ToArray()[0]);
            using var target = Tensor.View(outer, 2, 3);
            using var values = Tensor.Arange(0, 6).Reshape(2, 3);
            target.CopyFrom(values);
            return new WeakReference(inner);
        }
    }

    [Fact]
    public unsafe void View_OfNativeMemoryWithStrides_ReadsEverySecondElement()
    {
        var memory = (float*)NativeMemory.Alloc(8, sizeof(float));
        for (int i = 0; i < 8; i++) memory[i] = i;
        using (var view = Tensor.View(memory, [2, 2], [4, 2])) Assert.Equal([0f, 2, 4, 6], view.ToArray());
        NativeMemory.Free(memory);
    }

    [Fact]
    public void Randn_SameSeed_SameNumbers()
    {
        using var first = new Generator(7);
        using var second = new Generator(7);
        using var third = new Generator(8);
        var a = Tensor.Randn([5], first).ToArray();
        Assert.Equal(a, Tensor.Randn([5], second).ToArray());
        Assert.NotEqual(a, Tensor.Randn([5], third).ToArray());
        LibTorch.ManualSeed(3);
        var b = Tensor.Rand([5]).ToArray();
        LibTorch.ManualSeed(3);
        Assert.Equal(b, Tensor.Rand([5]).ToArray());
    }

    [Fact]
    public void Use_AfterDispose_Throws()
    {
        var tensor = Tensor.Ones(1);
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor + 1);
    }

    [Fact]
    public void NumThreads_Set_IsRead()
    {
        int before = LibTorch.NumThreads;
        LibTorch.NumThreads = 2;
        Assert.Equal(2, LibTorch.NumThreads);
        LibTorch.NumThreads = before;
    }

    [Theory]
    [InlineData("cpu", 0, -1)]
    [InlineData("cuda:1", 1, 1)]
    public void Parse_DeviceText_GivesDevice(string text, int type, int index) => Assert.Equal(new Device(type, index), Device.Parse(text));

    [Fact]
    public void Parse_OtherText_IsRefused() => Assert.Throws<FormatException>(() => Device.Parse("gpu"));
}
