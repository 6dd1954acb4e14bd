using LoopRig.Core;
using LoopRig.Models.Sensorium;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using LoopRig.Torch.Tests.Formats;
using Xunit;

namespace LoopRig.Models.Tests;

public sealed class NetworkFileTests : IDisposable
{
    private const string Published = "data/mouse_v1_networks/sensorium_p_sota_model.pth";

    private static readonly XuSpec s_spec = new()
    {
        Inputs = XuSpec.InputsFor(XuBehaviour.Small, shifter: true, height: 20, width: 24),
        UnitIds = ["a", "b", "c"],
        OutputDelayBins = 1,
        Window = 2,
        Hidden = 5,
        ConvolutionChannels = [4],
        ShifterHidden = 6,
    };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_ThenLoad_GivesTheSameNetworkFromTheFileAlone()
    {
        InputSpec[] inputs = [s_spec.Inputs[0] with { Mean = [0.4f], Std = [0.2f] }, .. s_spec.Inputs[1..]];
        using INetwork network = NetworkFile.Create(s_spec with { Inputs = inputs }, seed: 1);
        NetworkFile.Save(network, _folder["n.safetensors"], new Dictionary<string, string> { ["data"] = "session 7" });
        using INetwork loaded = NetworkFile.Load(_folder["n.safetensors"]);
        Assert.Equal(network.Hash, loaded.Hash);
        Assert.Equal(network.Spec.ToJson(), loaded.Spec.ToJson());
        Assert.Equal(["a", "b", "c"], loaded.UnitIds);
        Assert.Equal([0.4f], loaded.Inputs[0].Mean);
        Assert.Equal(XuBehaviour.Small, loaded.Inputs[1].Variables);
        Assert.Equal(1, loaded.Spec.OutputDelayBins);
        foreach ((string name, Tensor tensor) in network.Parameters)
            Assert.Equal(tensor.ToArray(), loaded.Parameters[name].ToArray());
        NetworkSummary summary = NetworkFile.Describe(_folder["n.safetensors"]);
        Assert.Equal("session 7", summary.Provenance["data"]);
        Assert.Equal(network.Hash, summary.Hash);
        Assert.Equal(network.Parameters.Values.Sum(tensor => tensor.Elements), summary.ParameterCount);
    }

    [Fact]
    public void Hash_OneWeightOrOneStatisticChanged_IsAnother()
    {
        using INetwork network = NetworkFile.Create(s_spec, seed: 1);
        string before = network.Hash;
        network.Parameters["fc.bias"].AsSpan()[0] += 1e-6f;
        Assert.NotEqual(before, network.Hash);
        using INetwork normalised = NetworkFile.Create(s_spec with { Inputs = [s_spec.Inputs[0] with { Mean = [0.5f] }, .. s_spec.Inputs[1..]] }, seed: 1);
        Assert.NotEqual(before, normalised.Hash);
        Assert.Equal(64, before.Length);
    }

    [Fact]
    public void Load_MissingExtraAndWrongShapes_ListsThemAll()
    {
        using INetwork network = NetworkFile.Create(s_spec, seed: 1);
        NetworkFile.Save(network, _folder["n.safetensors"]);
        using (SafetensorsFile file = SafetensorsFile.Open(_folder["n.safetensors"]))
        {
            List<NamedArray> arrays = [.. file.Arrays.Values.Where(array => array.Name is not ("fc.bias" or "bn.weight"))];
            arrays.Add(new MemoryArray("bn.weight", ArrayType.F32, [4], new byte[16]));
            arrays.Add(new MemoryArray("surplus", ArrayType.F32, [1], new byte[4]));
            SafetensorsWriter.Write(_folder["bad.safetensors"], arrays, file.Metadata);
        }
        string message = Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["bad.safetensors"])).Message;
        Assert.Contains("bad.safetensors: 3 arrays", message);
        Assert.Contains("fc.bias is missing", message);
        Assert.Contains("bn.weight is [4], [3] is needed", message);
        Assert.Contains("surplus is not of this network", message);
    }

    [Fact]
    public void Load_WeightsChangedSinceTheyWereSaved_IsRefused()
    {
        using INetwork network = NetworkFile.Create(s_spec, seed: 1);
        NetworkFile.Save(network, _folder["n.safetensors"]);
        byte[] bytes = File.ReadAllBytes(_folder["n.safetensors"]);
        bytes[^20] ^= 1;
        File.WriteAllBytes(_folder["n.safetensors"], bytes);
        Assert.Contains("hash", Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["n.safetensors"])).Message);
    }

    [Fact]
    public void Provenance_ThatIsDamaged_NamesTheFile()
    {
        using INetwork network = NetworkFile.Create(s_spec, seed: 1);
        NetworkFile.Save(network, _folder["n.safetensors"]);
        using (SafetensorsFile file = SafetensorsFile.Open(_folder["n.safetensors"]))
        {
            SafetensorsWriter.Write(_folder["bad.safetensors"], [.. file.Arrays.Values], new Dictionary<string, string>(file.Metadata) { ["looprig.provenance"] = "{\"trained_on\":" });
        }
        Assert.Contains("bad.safetensors", Assert.Throws<NetworkException>(() => NetworkFile.Provenance(_folder["bad.safetensors"])).Message);
        Assert.Contains("bad.safetensors", Assert.Throws<NetworkException>(() => NetworkFile.Describe(_folder["bad.safetensors"])).Message);
    }

    [Theory]
    [InlineData("{\"kind\":\"perceptron\"}")]
    [InlineData("{\"kind\":\"xu-2023\",\"inputs\":[],\"unitIds\":[],\"colour\":1}")]
    [InlineData("{\"kind\":\"xu-2023\",\"unitIds\":[\"a\"]}")]
    [InlineData("{\"kind\":\"xu-2023\",\"inputs\":null,\"unitIds\":[\"a\"]}")]
    [InlineData("{\"kind\":\"xu-2023\",\"inputs\":[null],\"unitIds\":[\"a\"]}")]
    [InlineData("{\"kind\":\"xu-2023\",\"inputs\":[],\"unitIds\":null}")]
    [InlineData("nonsense")]
    public void FromJson_SpecThatIsNone_NamesTheSource(string json)
        => Assert.Contains("here.safetensors", Assert.Throws<NetworkException>(() => NetworkSpec.FromJson(json, "here.safetensors")).Message);

    [Fact]
    public void Load_PublishedStateDict_IsRecognisedAndTakesItsStatisticsFromTheOptions()
    {
        NetworkOptions options = new()
        {
            Normalization = new Dictionary<string, Normalization>
            {
                ["image"] = new() { Mean = [0.45f], Std = [0.24f] },
                ["behaviour"] = new() { Mean = [1, 2, 3], Std = [4, 5, 6] },
                ["pupil_centre"] = new() { Mean = [10, 20], Std = [3, 3] },
            },
        };
        using INetwork network = NetworkFile.Load(TestFolder.Shared(Published), options);
        Sensorium2022Spec spec = Assert.IsType<Sensorium2022Spec>(network.Spec);
        Assert.Equal("27204-5-13", spec.Session);
        Assert.Equal(7538, network.Units);
        Assert.Equal([0.24f], network.Inputs[0].Std);
        Assert.Equal([1f, 2f, 3f], network.Inputs[1].Mean);
        Assert.Equal(["eyerad", "eyerad'", "speed"], network.Inputs[1].Variables);
    }

    [Fact]
    public void Import_PublishedStateDict_KeepsEveryWeightAndTheResponses()
    {
        NetworkSummary summary = NetworkFile.Import(TestFolder.Shared(Published), _folder["p.safetensors"]);
        Assert.Equal("sensorium_p_sota_model.pth", summary.Provenance["importedFrom"]);
        using WeightsFile published = WeightsFile.Open(TestFolder.Shared(Published));
        using WeightsFile imported = WeightsFile.Open(_folder["p.safetensors"]);
        Assert.Equal(published.Arrays.Keys.Order(StringComparer.Ordinal), imported.Arrays.Keys.Order(StringComparer.Ordinal));
        foreach (NamedArray array in published.Arrays.Values)
            Assert.Equal(array.ReadBytes(), imported.Arrays[array.Name].ReadBytes());
    }

    [Fact]
    public void Load_StatisticsForAnInputThatIsNot_NamesIt()
    {
        NetworkOptions options = new() { Normalization = new Dictionary<string, Normalization> { ["imgae"] = new() } };
        Assert.Contains("'imgae'", Assert.Throws<NetworkException>(() => NetworkFile.Load(TestFolder.Shared(Published), options)).Message);
    }

    [Fact]
    public void Load_WeightsOfNoKnownNetwork_SaysWhatIsKnown()
    {
        SafetensorsWriter.Write(_folder["other.safetensors"], [new MemoryArray("linear.weight", ArrayType.F32, [1], new byte[4])]);
        string message = Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["other.safetensors"])).Message;
        Assert.Contains("xu-2023", message);
        Assert.Contains("linear.weight", message);
        Assert.Throws<DataFileException>(() => NetworkFile.Load(_folder["absent.safetensors"]));
    }

    [Fact]
    public void Load_XuWeightsFromPyTorch_NeedOnlyTheWindow()
    {
        PythonTorch.Run(ReferenceCases.Xu + "\ntorch.save(net.state_dict(), sys.argv[11])", _folder["g.safetensors"], "8", "3", "21", "1", "60", "80", "16", "1", "4,4,4", _folder["xu.pth"]);
        using INetwork network = NetworkFile.Load(_folder["xu.pth"], new NetworkOptions { Window = 3 });
        XuSpec spec = Assert.IsType<XuSpec>(network.Spec);
        Assert.Equal((3, 16, 8, 21, 20), (spec.Window, spec.Hidden, spec.Units, spec.Behaviour!.Length, spec.ShifterHidden));
        Assert.Equal("speed*pitch", spec.Behaviour.Variables[6]);
        Assert.Equal(2, network.WarmUpSteps);
    }
}
