using System.Runtime.CompilerServices;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Torch.Tests;

public class OpTests
{
    [Fact]
    public void Declared_EveryOperator_IsKnownToTheLiveLibrary()
    {
        foreach (var type in typeof(Op).Assembly.GetTypes().Where(type => !type.ContainsGenericParameters)) RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        var declared = Op.Declared;
        Assert.True(declared.Count > 120, $"only {declared.Count} operators are declared");
        foreach (var op in declared.Where(op => !op.Name.Contains("nonsense")))
            Assert.StartsWith(op.Overload.Length == 0 ? op.Name + "(" : $"{op.Name}.{op.Overload}(", op.Schema);
    }

    [Fact]
    public void Call_UnknownOperator_NamesIt()
    {
        var error = Assert.Throws<TorchException>(() => Op.Get("aten::nonsense").Call());
        Assert.Contains("aten::nonsense", error.Message);
    }

    [Fact]
    public void Call_WrongShapes_NamesOperatorSchemaAndReason()
    {
        using var a = Tensor.Ones(2, 3);
        using var b = Tensor.Ones(2, 3);
        var error = Assert.Throws<TorchException>(() => Functional.MatMul(a, b));
        Assert.Contains("aten::matmul", error.Message);
        Assert.Contains("schema: aten::matmul(Tensor self, Tensor other) -> Tensor", error.Message);
        Assert.Contains("2x3", error.Message);
        Assert.DoesNotContain("frame #", error.Message);
    }

    [Fact]
    public void Call_WrongKindOfArgument_NamesTheArgument()
    {
        using var a = Tensor.Ones(2);
        var error = Assert.Throws<TorchException>(() => Op.Get("aten::relu").Call("text"));
        Assert.Contains("argument 'self' cannot be made from a value of kind str", error.Message);
        error = Assert.Throws<TorchException>(() => Op.Get("aten::softmax", "int").Call(a));
        Assert.Contains("argument 'dim' is missing", error.Message);
        error = Assert.Throws<TorchException>(() => Op.Get("aten::relu").Call(a, 1));
        Assert.Contains("2 arguments given", error.Message);
    }

    [Fact]
    public void CallMany_MoreResultsThanTheNearBuffer_ReturnsAll()
    {
        using var a = Tensor.Arange(0, 20);
        var parts = Functional.Split(a, 1);
        Assert.Equal(20, parts.Length);
        Assert.Equal(19, parts[19].Item());
        foreach (var part in parts) part.Dispose();
    }

    [Fact]
    public void Call_AfterWarmUp_AllocatesOnlyTheTensor()
    {
        using var a = Tensor.Ones(4);
        using var b = Tensor.Ones(4);
        (a + b).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) (a + b).Dispose();
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        Assert.InRange(bytes, 1, 64);
    }

    [Fact]
    public void Item_OfManyElements_Fails()
    {
        using var a = Tensor.Ones(2);
        Assert.Throws<TorchException>(() => a.Item());
    }
}
