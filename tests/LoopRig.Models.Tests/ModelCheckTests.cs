using System.Globalization;
using LoopRig.Core;
using LoopRig.Models.Checks;
using LoopRig.Torch.Tests.Formats;
using Xunit;

namespace LoopRig.Models.Tests;

public sealed class ModelCheckTests(ITestOutputHelper output) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("xu_gru3.safetensors", "xu-2023", 9)]
    [InlineData("sensorium_2022_image.safetensors", "sensorium-2022", 5)]
    [InlineData("sensorium_2022_behaviour.safetensors", "sensorium-2022", 5)]
    public void Run_GoldenFile_EveryStagePassesPureAndFrozen(string file, string kind, int stages)
    {
        ModelCheckResult result = ModelCheck.Run(TestFolder.Shared("golden/" + file));
        foreach ((string name, double error) in result.Stages)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {error:g3}"));
        Assert.Equal(kind, result.Kind);
        Assert.Equal(stages, result.Stages.Count);
        Assert.True(result.Passed, $"{result.MaxError}");
    }

    [Fact]
    public void Run_FileOfAnotherNetwork_SaysSo()
    {
        NetworkException error = Assert.Throws<NetworkException>(() => ModelCheck.Run(TestFolder.Shared("golden/foundation_cvtlstm_tiny.safetensors")));
        Assert.Contains("foundation_cvtlstm_tiny", error.Message);
    }
}
