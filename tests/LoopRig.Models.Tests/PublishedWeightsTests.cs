using LoopRig.Core;
using LoopRig.Models.Backbones;
using LoopRig.Models.Checks;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using LoopRig.Torch.Tests.Formats;
using Xunit;

namespace LoopRig.Models.Tests;

/// <summary>State dicts that PyTorch writes, read by name, against what PyTorch computes with them.</summary>
public sealed class PublishedWeightsTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Arguments: the spec as JSON, a golden file to write, a .pth to write, frames k, whether an unused shifter is stored.</summary>
    private const string Script = PublishedClasses.Python + """
        torch.manual_seed(5)
        spec, k, N = json.loads(sys.argv[1]), int(sys.argv[4]), 3
        net = published(spec)
        def draw(N): return {i['name']: torch.rand(N, k, 1, i['height'], i['width']) if i['kind'] == 'image' else torch.randn(N, k, len(i['variables'])) for i in spec['inputs']}
        inputs = draw(N)
        use(net, draw(16))
        with torch.no_grad(): arrays = {'output.response': net(inputs)}
        arrays.update({'input.' + n: t for n, t in inputs.items()})
        arrays.update({'param.' + n: t for n, t in net.state_dict().items()})
        save(sys.argv[2], arrays, {'network': spec['kind']})
        if sys.argv[5] == '1': net.shifter = Shifter(16)
        torch.save(net.state_dict(), sys.argv[3])

        """;

    /// <summary>Arguments: kind, width, a .pth and a safetensors file to write.</summary>
    private const string LibraryScript = PublishedClasses.Python + """
        torch.manual_seed(6)
        net = library(sys.argv[1], float(sys.argv[2]))
        use(net, torch.rand(8, 3, 50, 70))
        grey = torch.rand(3, 1, 50, 70)
        with torch.no_grad(): save(sys.argv[4], {'image': grey, 'logits': net(grey.repeat(1, 3, 1, 1)), 'features': net.features(grey.repeat(1, 3, 1, 1))}, {})
        torch.save(net.state_dict(), sys.argv[3])

        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, bool> Cases => new()
    {
        { "vision", true },
        { "vision, shifter", false },
        { "S", false },
        { "Dx", false },
        { "BDx, no shifter", true },
        { "GRU_3", false },
        { "GRU_3, features", false },
        { "autoencoder", true },
        { "autoencoder, shifter", false },
        { "resnet18, shifter", false },
        { "efficientnet-b0", true },
        { "efficientnet-b0, shifter", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_StateDict_IsRecognisedAndAnswersAsPyTorch(string name, bool storesUnusedShifter)
    {
        NetworkRecipe recipe = NetworkVariants.All[name];
        int window = recipe is XuRecipe xu ? xu.Window : 1;
        CheckStateDict(recipe, window, storesUnusedShifter);
    }

    [Fact]
    public void Load_FullSizeResNet_AnswersAsPyTorch() => CheckStateDict(new ResNet18Recipe(), 1, storesUnusedShifter: false);

    [Fact]
    public void Load_FullSizeEfficientNet_AnswersAsPyTorch() => CheckStateDict(new EfficientNetB0Recipe(), 1, storesUnusedShifter: false);

    [Fact]
    public void Load_FullSizeAutoencoder_AnswersAsPyTorch() => CheckStateDict(new AutoencoderRecipe(), 1, storesUnusedShifter: false);

    [Theory]
    [InlineData("resnet18", "0.25")]
    [InlineData("efficientnet-b0", "0.5")]
    public void Load_ImageNetWeights_GivesWhatTheLibraryGivesForGrey(string kind, string width)
    {
        PythonTorch.Run(LibraryScript, kind, width, _folder["library.pth"], _folder["case.safetensors"]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder["case.safetensors"]);
        using Scope scope = new();
        Tensor[] image = [file.Arrays["image"].ToTensor()];
        NetworkOptions options = new() { ImageHeight = 50, ImageWidth = 70 };

        using INetwork classes = NetworkFile.Load(_folder["library.pth"], options);
        Assert.Equal((kind, 1000), (classes.Kind, classes.Units));
        float[] logits = file.Arrays["logits"].ReadFloats();
        AssertClose([.. logits.Select(static value => (float)Math.Log(1 + Math.Exp(value)))], classes.Step(image, []).Output.ToArray());

        string[] units = ["a", "b", "c"];
        using INetwork neurons = NetworkFile.Load(_folder["library.pth"], options with { UnitIds = units, Shifter = true, Seed = 3 });
        Assert.Equal(units, neurons.UnitIds);
        Assert.Equal(2, neurons.Inputs.Count);
        BackboneSpec spec = Assert.IsAssignableFrom<BackboneSpec>(neurons.Spec);
        output.WriteLine(spec.Pretrained!);
        Assert.Equal("library.pth", spec.Pretrained!.Split(';')[0]);
        Assert.Contains("summed over three colours", spec.Pretrained);
        Assert.Contains("classifier of 1000 classes was left out", spec.Pretrained);
        float[]? features = null;
        ((IStagedNetwork)classes).Step(image, [], (stage, value) => features = stage == "features" ? value.ToArray() : features);
        AssertClose(file.Arrays["features"].ReadFloats(), features!);

        // The recipe takes the same body for a network with other outputs, and saves what it began with.
        NetworkRecipe recipe = kind == "resnet18"
            ? new ResNet18Recipe { Channels = [16, 32, 64, 128], Pretrained = _folder["library.pth"] }
            : new EfficientNetB0Recipe { WidthFactor = 0.5, Pretrained = _folder["library.pth"] };
        using INetwork grown = NetworkVariants.Create(recipe, seed: 4);
        string stem = kind == "resnet18" ? "encoder.layers.conv1.weight" : "encoder.layers.conv_stem.weight";
        Assert.Equal(classes.Parameters[stem].ToArray(), grown.Parameters[stem].ToArray());
        NetworkSummary summary = NetworkFile.Import(_folder["library.pth"], _folder["imported.safetensors"], options with { UnitIds = units });
        Assert.Equal(((BackboneSpec)summary.Spec).Pretrained, summary.Provenance["pretrained"]);
    }

    [Fact]
    public void Load_OtherNetworkOfTheLibrary_ListsAllNames()
    {
        PythonTorch.Run(LibraryScript + """
            state = net.state_dict()
            del state['layer2.0.bn1.weight'], state['bn1.running_var']
            state['layer1.2.conv1.weight'] = torch.zeros(16, 16, 3, 3); state['surplus'] = torch.zeros(3); state['layer3.0.conv1.weight'] = torch.zeros(64, 32, 5, 5)
            torch.save(state, sys.argv[3])
            """, "resnet18", "0.25", _folder["other.pth"], _folder["case.safetensors"]);
        string message = Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["other.pth"], new NetworkOptions { UnitIds = ["a"] })).Message;
        output.WriteLine(message);
        Assert.Contains("other.pth: 5 arrays", message);
        Assert.Contains("encoder.layers.layer2.0.bn1.weight is missing", message);
        Assert.Contains("encoder.layers.bn1.running_var is missing", message);
        Assert.Contains("encoder.layers.layer1.2.conv1.weight is not of this network", message);
        Assert.Contains("encoder.layers.surplus is not of this network", message);
        Assert.Contains("encoder.layers.layer3.0.conv1.weight is [64, 32, 5, 5]", message);
        Assert.Contains("not ImageNet weights of a efficientnet-b0", Assert.Throws<NetworkException>(() => new EfficientNetB0Recipe { Pretrained = _folder["other.pth"] }.NewWeights(1)).Message);
    }

    [Theory]
    [InlineData("vision")]
    [InlineData("autoencoder")]
    [InlineData("resnet18")]
    [InlineData("efficientnet-b0")]
    public void Load_StateDictThatCarriesCode_IsRefusedAndNothingRuns(string name)
    {
        PythonTorch.Run(Script + """
            import os
            class Evil:
                def __reduce__(self): return (os.system, ('touch ' + sys.argv[6],))
            torch.save(dict(net.state_dict(), extra=Evil()), sys.argv[3])
            """, SpecOf(NetworkVariants.All[name]), _folder["g.safetensors"], _folder["evil.pth"], "1", "0", _folder["trace"]);
        DataFileException error = Assert.Throws<DataFileException>(() => NetworkFile.Load(_folder["evil.pth"]));
        output.WriteLine(error.Message);
        Assert.Contains("posix.system", error.Message);
        Assert.False(File.Exists(_folder["trace"]));
    }

    [Fact]
    public void Load_CutStateDict_SaysSo()
    {
        PythonTorch.Run(Script, SpecOf(NetworkVariants.All["resnet18"]), _folder["g.safetensors"], _folder["w.pth"], "1", "0");
        byte[] whole = File.ReadAllBytes(_folder["w.pth"]);
        foreach (int length in new[] { 0, 5, whole.Length / 3, whole.Length - 10 })
        {
            File.WriteAllBytes(_folder["cut.pth"], whole[..length]);
            Assert.Contains("cut.pth", Assert.Throws<DataFileException>(() => NetworkFile.Load(_folder["cut.pth"])).Message);
        }
    }

    private void CheckStateDict(NetworkRecipe recipe, int window, bool storesUnusedShifter)
    {
        string json = SpecOf(recipe);
        PythonTorch.Run(Script, json, _folder["case.safetensors"], _folder["w.pth"], window.ToString(), storesUnusedShifter ? "1" : "0");
        ModelCheckResult check = ModelCheck.Run(_folder["case.safetensors"]);
        output.WriteLine($"{check.Kind}: largest error {check.MaxError:g3} over {string.Join(", ", check.Stages.Keys)}");
        Assert.True(check.Passed, check.MaxError.ToString());

        NetworkSpec asked = NetworkSpec.FromJson(json, "spec");
        InputSpec image = asked.FindInput("image")!;
        NetworkOptions options = new() { Window = window, ImageHeight = image.Height, ImageWidth = image.Width, Shifter = storesUnusedShifter ? false : null };
        using INetwork network = NetworkFile.Load(_folder["w.pth"], options);
        Assert.Equal(asked.Inputs.Select(static input => (input.Name, input.Length)), network.Inputs.Select(static input => (input.Name, input.Length)));
        using SafetensorsFile file = SafetensorsFile.Open(_folder["case.safetensors"]);
        using Scope scope = new();
        Tensor[] windows = [.. network.Inputs.Select(input => file.Arrays[$"input.{input.Name}"].ToTensor())];
        float[] expected = file.Arrays["output.response"].ReadFloats();
        AssertClose(expected, network.Forward(windows, training: false).ToArray());
        // Answers that do not depend on the images would agree whatever the layers did.
        double spread = Enumerable.Range(0, network.Units).Max(unit => Math.Abs(expected[unit] - expected[network.Units + unit]));
        output.WriteLine($"spread {spread:g3}");
        Assert.True(spread > 1e-2, $"{spread}");
        if (storesUnusedShifter) // the names alone say that there is one
        {
            using INetwork shifted = NetworkFile.Load(_folder["w.pth"], options with { Shifter = null });
            Assert.NotNull(shifted.Spec.FindInput("shifter"));
        }
    }

    private static string SpecOf(NetworkRecipe recipe) => recipe.Spec(recipe.Inputs(NetworkVariants.Offered), NetworkSpec.NumberedUnits(4), 1).ToJson();

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4 * (1 + Math.Abs(expected[i])), $"{i}: {actual[i]}, not {expected[i]}");
    }
}
