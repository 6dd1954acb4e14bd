using System.Globalization;
using LoopRig.Core;
using LoopRig.Models.Checks;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
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
    [InlineData("foundation_cvtlstm_tiny.safetensors", "foundation-2025", 13)]
    [InlineData("foundation_convlstm_tiny.safetensors", "foundation-2025", 13)]
    public void Run_GoldenFile_EveryStagePassesPureAndFrozen(string file, string kind, int stages)
    {
        ModelCheckResult result = Check(TestFolder.Shared("golden/" + file));
        Assert.Equal(kind, result.Kind);
        Assert.Equal(stages, result.Stages.Count);
        Assert.Empty(result.NotCompared);
    }

    [Theory]
    [InlineData("xu_gru3.safetensors")]
    [InlineData("sensorium_2022_image.safetensors")]
    [InlineData("sensorium_2022_behaviour.safetensors")]
    [InlineData("foundation_cvtlstm_tiny.safetensors")]
    [InlineData("foundation_convlstm_tiny.safetensors")]
    public void Run_GoldenFileOnCuda_EveryStagePasses(string file)
    {
        if (!Cuda.IsAvailable) Assert.Skip("no CUDA device");
        ModelCheckResult result = ModelCheck.Run(TestFolder.Shared("golden/" + file), Device.Cuda());
        Assert.True(result.Passed, $"{result.MaxError}");
    }

    [Theory]
    [InlineData("7 1 66 1 60 80 512 3 128,64,32")]
    [InlineData("3 6 66 1 60 80 48 2 16,8,4")]
    [InlineData("11 2 21 1 47 91 33 2 5,7")]
    [InlineData("4 3 11 0 40 30 16 2 6")]
    [InlineData("5 4 9 0 60 80 16 1 8,8,8")]
    [InlineData("9 1 0 1 60 80 1 3 12,6,4")]
    [InlineData("1 1 0 0 61 81 1 2 4,4,4")]
    public void Run_RandomXuNetworkOfOtherSizes_EqualsPyTorch(string sizes)
    {
        PythonTorch.Run(ReferenceCases.Xu, [_folder["xu.safetensors"], .. sizes.Split(' ')]);
        Check("xu.safetensors");
    }

    [Theory]
    [InlineData("50 64 4 9 7 36 64 3 1 1 2")]
    [InlineData("13 5 1 3 1 10 9 0 0 1 3")]
    [InlineData("20 7 3 6 5 21 40 2 0 0 1")]
    [InlineData("2 16 2 9 3 36 64 0 1 0 4")]
    public void Run_RandomSensoriumNetworkOfOtherSizes_EqualsPyTorch(string sizes)
    {
        PythonTorch.Run(ReferenceCases.Sensorium, [_folder["sensorium.safetensors"], .. sizes.Split(' ')]);
        Check("sensorium.safetensors");
    }

    [Fact]
    public void Run_StageThatTheNetworkDoesNotHandOut_IsNamed()
    {
        using (SafetensorsFile file = SafetensorsFile.Open(TestFolder.Shared("golden/xu_gru3.safetensors")))
            SafetensorsWriter.Write(_folder["more.safetensors"], [.. file.Arrays.Values, new MemoryArray("stage.retina", ArrayType.F32, [1], new byte[4])], file.Metadata);
        ModelCheckResult result = Check("more.safetensors");
        Assert.Equal(["retina"], result.NotCompared);
        Assert.True(result.Passed);
    }

    [Fact]
    public void Run_WrongWeight_FailsPureAndFrozen()
    {
        string golden = TestFolder.Shared("golden/xu_gru3.safetensors");
        using (SafetensorsFile file = SafetensorsFile.Open(golden))
        {
            byte[] changed = file.Arrays["param.fc.bias"].ReadBytes();
            BitConverter.GetBytes(BitConverter.ToSingle(changed) + 0.01f).CopyTo(changed, 0);
            SafetensorsWriter.Write(_folder["wrong.safetensors"], [.. file.Arrays.Values.Where(array => array.Name != "param.fc.bias"), new MemoryArray("param.fc.bias", ArrayType.F32, [5], changed)], file.Metadata);
        }
        ModelCheckResult result = ModelCheck.Run(_folder["wrong.safetensors"]);
        Assert.False(result.Passed);
        Assert.True(result.Stages["pure.response"] > ModelCheckResult.Tolerance);
        Assert.True(result.Stages["frozen.response"] > ModelCheckResult.Tolerance);
        Assert.True(result.Stages["pure.affine"] < ModelCheckResult.Tolerance);
    }

    [Fact]
    public void Run_FileOfAnotherNetwork_SaysSo()
    {
        SafetensorsWriter.Write(_folder["strange.safetensors"], [new MemoryArray("param.decoder.weight", ArrayType.F32, [1], new byte[4])], new Dictionary<string, string>());
        NetworkException error = Assert.Throws<NetworkException>(() => ModelCheck.Run(_folder["strange.safetensors"]));
        Assert.Contains("strange.safetensors", error.Message);
    }

    // Arguments of tests/python/foundation.py, which knows the equations and not the code under test.
    [Theory]
    [InlineData("streams=1 units=5 frames=8 stimulus=21,40 retina=24,36 channels=4,6 block_groups=1,3 layers=2,1 pools=2,1 out=6 hidden=8 common=12 recurrent_out=5 groups=2 perspective_mlp=5 modulation_mlp=4 lstm=3")]
    [InlineData("streams=3 units=11 frames=17 stimulus=36,64 retina=30,44 channels=4,8,8 block_groups=2,4,1 layers=2,2,2 pools=2,2,1 out=10 recurrent=conv hidden=12 groups=3 recurrent_out=7 perspective_mlp=6 modulation_mlp=5 lstm=4 temporal=4 recurrent_spatial=5")]
    [InlineData("streams=2 units=6 frames=6 stimulus=36,64 retina=32,48 channels=8,8,8 block_groups=1,1,2 out=8 hidden=16 common=16 groups=1 recurrent_out=8 unit=elu perspective_layers=1 modulation_layers=2")]
    [InlineData("streams=2 units=6 frames=6 stimulus=36,64 retina=32,48 channels=4,4,4 block_groups=1,1,2 out=8 hidden=16 common=16 groups=4 recurrent_out=8 perspective_mlp=0")]
    [InlineData("streams=2 units=6 frames=6 stimulus=36,64 retina=32,48 channels=4,4,4 block_groups=1,1,2 out=8 hidden=16 common=16 groups=4 recurrent_out=8 modulation_mlp=0")]
    [InlineData("streams=2 units=6 frames=6 stimulus=36,64 retina=32,48 channels=4,4,4 block_groups=1,1,2 out=8 hidden=16 common=16 groups=4 recurrent_out=8 temporal=1")]
    public void Run_RandomFoundationNetworkOfOtherSizes_EqualsPyTorch(string sizes)
    {
        FoundationReference.Write(_folder["foundation.safetensors"], sizes);
        Assert.Empty(Check("foundation.safetensors").NotCompared);
    }

    [Fact]
    public void Run_RandomFoundationNetworkOfReleasedSize_EqualsPyTorch()
    {
        FoundationReference.Write(_folder["foundation.safetensors"], "frames=6 units=500");
        Assert.Empty(Check("foundation.safetensors").NotCompared);
    }

    private ModelCheckResult Check(string file)
    {
        ModelCheckResult result = ModelCheck.Run(_folder[file]); // an absolute path stays itself
        foreach ((string name, double error) in result.Stages)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {error:g3}"));
        Assert.True(result.Passed, $"{result.MaxError}");
        return result;
    }
}
