using LoopRig.Models.Xu;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Models.Tests;

public sealed class SharedParametersTests
{
    private static readonly XuRecipe s_recipe = new() { Behaviour = "B", Height = 30, Width = 40, ConvolutionChannels = [4, 4], Hidden = 8, ShifterHidden = 6 };

    [Fact]
    public void Grow_Shared_TrainsBothNetworks()
    {
        using INetwork first = NetworkFile.Create(Spec("a", "b", "c"), 1);
        using INetwork second = NetworkFile.Build(Spec("d", "e"), ParameterSet.Grow(2, first.Weights, s_recipe.CorePrefixes, share: true));
        Tensor mine = first.Parameters["visual_encoder.layers.0.weight"], other = second.Parameters["visual_encoder.layers.0.weight"];
        mine.AsSpan()[0] = 42;
        Assert.Equal(42, other.AsSpan()[0]);
        Assert.NotEqual(first.Parameters["visual_encoder.layers.9.weight"].Shape, second.Parameters["visual_encoder.layers.9.weight"].Shape);
        first.Dispose();
        Assert.Equal(42, other.AsSpan()[0]);
    }

    [Fact]
    public void Grow_EncoderOfItsOwnSize_IsSharedWhole()
    {
        XuRecipe recipe = s_recipe with { Features = 7 };
        using INetwork first = NetworkFile.Create(recipe.Spec(recipe.Inputs(NetworkVariants.Offered), ["a", "b", "c"], 1), 1);
        using INetwork second = NetworkFile.Build(recipe.Spec(recipe.Inputs(NetworkVariants.Offered), ["d", "e"], 1), ParameterSet.Grow(2, first.Weights, recipe.CorePrefixes, share: true));
        foreach ((string name, Tensor mine) in first.Parameters.Where(static parameter => parameter.Key.StartsWith("visual_encoder.", StringComparison.Ordinal)))
        {
            mine.AsSpan()[0] = 42;
            Assert.Equal(42, second.Parameters[name].AsSpan()[0]);
        }
        Assert.Equal(7, first.Parameters["visual_encoder.layers.9.weight"].Size(0));
        Assert.NotEqual(first.Parameters["behav_encoder.layers.1.weight"].ToArray(), second.Parameters["behav_encoder.layers.1.weight"].ToArray());
    }

    [Fact]
    public void Grow_Copied_LeavesTheOtherAlone()
    {
        using INetwork first = NetworkFile.Create(Spec("a"), 1);
        using INetwork second = NetworkFile.Build(Spec("d", "e"), ParameterSet.Grow(2, first.Weights, s_recipe.CorePrefixes, share: false));
        Tensor mine = first.Parameters["visual_encoder.layers.4.weight"], copy = second.Parameters["visual_encoder.layers.4.weight"];
        Assert.Equal(mine.ToArray(), copy.ToArray());
        mine.AsSpan()[0] += 1;
        Assert.NotEqual(mine.AsSpan()[0], copy.AsSpan()[0]);
        Assert.NotEqual(first.Parameters["shifter.layers.4.weight"].ToArray(), second.Parameters["shifter.layers.4.weight"].ToArray());
    }

    [Fact]
    public void Grow_OtherSizes_NamesWhatDoesNotFit()
    {
        using INetwork first = NetworkFile.Create(Spec("a"), 1);
        NetworkSpec wider = ((XuSpec)Spec("a")) with { ConvolutionChannels = [5, 4] };
        Core.NetworkException error = Assert.Throws<Core.NetworkException>(() => NetworkFile.Build(wider, ParameterSet.Grow(2, first.Weights, s_recipe.CorePrefixes, share: true)));
        Assert.Contains("visual_encoder.layers.0.weight", error.Message, StringComparison.Ordinal);
    }

    private static NetworkSpec Spec(params string[] units) => s_recipe.Spec(s_recipe.Inputs(NetworkVariants.Offered), units, 1);
}
