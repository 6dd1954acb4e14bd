using Xunit;

namespace LoopRig.Torch.Tests;

public class ScopeTests
{
    [Fact]
    public void Dispose_AfterATrainingStep_LeavesOnlyWhatWasKept()
    {
        using var weight = Tensor.Ones(3);
        weight.RequiresGrad = true;
        long before = LibTorch.LiveTensors;
        Tensor kept;
        using (var scope = new Scope())
        {
            var loss = Functional.Sum(Functional.Exp(weight * 2) + 1);
            loss.Backward();
            kept = scope.Keep(weight.Grad!);
            using (var inner = new Scope())
            {
                _ = weight + 1;
                inner.MoveToOuter(weight + 2);
            }
            Assert.Equal(before + 6, LibTorch.LiveTensors);
            Assert.Equal(5, scope.Count);
        }
        Assert.Equal(before + 1, LibTorch.LiveTensors);
        kept.Dispose();
        weight.Grad = null;
        Assert.Equal(before, LibTorch.LiveTensors);
    }

    [Fact]
    public void Dispose_OuterFirst_IsRefused()
    {
        var outer = new Scope();
        var inner = new Scope();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        outer.Dispose();
    }
}
