using LoopRig.Core;
using LoopRig.Models.Foundation;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using LoopRig.Torch.Tests.Formats;
using Xunit;

namespace LoopRig.Models.Tests;

/// <summary>The published files, params_core.pt and params_SESSION_SCAN.pt, in and out.</summary>
public sealed class FoundationWeightsTests : IDisposable
{
    private const string Sizes = "streams=2 units=5 stimulus=36,64 retina=32,48 channels=8,16,32 out=16 hidden=32 common=64 recurrent_out=16 groups=4 perspective_mlp=8 modulation_mlp=8 lstm=6";

    private const string Publish = """
        weights = random_weights(sizes)
        torch.save({name: t for name, t in weights.items() if name.startswith('core.')}, arguments[0])
        torch.save({name: t for name, t in weights.items() if not name.startswith('core.')}, arguments[1])
        inputs = random_inputs(sizes, 4)
        with torch.inference_mode(): stages = run(weights, inputs, sizes)
        save(arguments[2], {**inputs, **stages}, {})
        """;

    private static readonly NetworkOptions s_options = new() { ImageHeight = 36, ImageWidth = 64 };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_PublishedPair_AnswersAsPyTorchAndSurvivesImport()
    {
        FoundationReference.Run(Publish, Sizes, _folder["params_core.pt"], _folder["params_4_7.pt"], _folder["run.safetensors"]);
        NetworkSummary summary = NetworkFile.Import(_folder["params_4_7.pt"], _folder["imported.safetensors"], s_options);
        Assert.Equal(FoundationSpec.KindName, summary.Spec.Kind);
        using INetwork published = NetworkFile.Load(_folder["params_4_7.pt"], s_options), imported = NetworkFile.Load(_folder["imported.safetensors"]);
        Assert.Equal(published.Hash, imported.Hash);
        using SafetensorsFile run = SafetensorsFile.Open(_folder["run.safetensors"]);
        using Scope scope = new();
        Tensor Window(string name) => run.Arrays[name].ToTensor().To(ScalarType.Float32).Unsqueeze(0);
        float[] response = imported.Forward([Window("input.stimulus").Unsqueeze(2) / 255, Window("input.eye"), Window("input.behaviour")], training: false).ToArray();
        Assert.Equal(run.Arrays["output.response"].ReadFloats(), response, static (a, b) => Math.Abs(a - b) <= 1e-4 * (1 + Math.Abs(a)));
    }

    [Fact]
    public void Load_CoreElsewhere_IsTakenFromTheOption()
    {
        FoundationReference.Run(Publish, Sizes, _folder["other.pt"], _folder["params_4_7.pt"], _folder["run.safetensors"]);
        NetworkException error = Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["params_4_7.pt"], s_options));
        Assert.Contains("params_core.pt", error.Message);
        Assert.Contains("core alone", Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["other.pt"], s_options)).Message);
        using INetwork network = NetworkFile.Load(_folder["params_4_7.pt"], s_options with { CoreFile = _folder["other.pt"] });
        Assert.Equal(5, network.Units);
    }

    [Fact]
    public void Load_NamesMissingAndLeftOver_ListsAll()
    {
        FoundationReference.Run("""
            weights = random_weights(sizes)
            del weights['core.recurrent.proj_q.weights.1'], weights['readout.biases.0'], weights['modulation.lstm.proj_o.gains.0']
            weights['core.recurrent.proj_z.weights.0'] = torch.zeros(3)
            torch.save({name: t for name, t in weights.items() if name.startswith('core.')}, arguments[0])
            torch.save({name: t for name, t in weights.items() if not name.startswith('core.')}, arguments[1])
            """, Sizes, _folder["params_core.pt"], _folder["params_4_7.pt"]);
        string message = Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["params_4_7.pt"], s_options)).Message;
        Assert.All(
            ["params_4_7.pt: 4 arrays", "core.recurrent.proj_q.weights.1 is missing", "readout.biases.0 is missing", "modulation.lstm.proj_o.gains.0 is missing", "core.recurrent.proj_z.weights.0 is not of this network"],
            part => Assert.Contains(part, message));
    }

    [Theory]
    [InlineData("params_core.pt")]
    [InlineData("params_4_7.pt")]
    public void Load_TruncatedFile_NamesIt(string file)
    {
        FoundationReference.Run(Publish, Sizes, _folder["params_core.pt"], _folder["params_4_7.pt"], _folder["run.safetensors"]);
        byte[] bytes = File.ReadAllBytes(_folder[file]);
        File.WriteAllBytes(_folder[file], bytes[..(bytes.Length / 2)]);
        Assert.Contains(file, Assert.Throws<DataFileException>(() => NetworkFile.Load(_folder["params_4_7.pt"], s_options)).Message);
    }

    [Fact]
    public void Load_ForeignCore_SaysWhatItBeginsWith()
    {
        FoundationReference.Run(Publish + "\ntorch.save({'encoder.weight': torch.zeros(2)}, arguments[0])", Sizes, _folder["params_core.pt"], _folder["params_4_7.pt"], _folder["run.safetensors"]);
        string message = Assert.Throws<NetworkException>(() => NetworkFile.Load(_folder["params_4_7.pt"], s_options)).Message;
        Assert.Contains("params_core.pt", message);
        Assert.Contains("encoder.weight", message);
    }

    [Fact]
    public void Write_PublishedSplit_LoadsByNameInPythonAndHere()
    {
        using FoundationNetwork network = FoundationNetworkTests.Small(FoundationNetworkTests.Spec() with { Streams = 3 });
        (string core, string session) = FoundationExport.Write(network, _folder["export"], "9_4");
        Assert.EndsWith("params_9_4.safetensors", session);
        NetworkOptions options = new() { ImageHeight = 18, ImageWidth = 32, Foundation = (FoundationSpec)network.Spec };
        using INetwork again = NetworkFile.Load(session, options);
        Assert.Equal(network.Hash, again.Hash);

        using Scope scope = new();
        using Generator generator = new(3);
        Tensor stimulus = Tensor.Rand([1, 4, 1, 18, 32], generator), eye = Tensor.Randn([1, 4, 2], generator), behaviour = Tensor.Randn([1, 4, 2], generator);
        SafetensorsWriter.Write(_folder["inputs.safetensors"], [TensorArrays.FromTensor("stimulus", stimulus), TensorArrays.FromTensor("eye", eye), TensorArrays.FromTensor("behaviour", behaviour)], new Dictionary<string, string>());
        const string Read = """
            import numpy
            def read(path):
                with open(path, 'rb') as file:
                    header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0])); data = file.read()
                return {n: torch.from_numpy(numpy.frombuffer(data[e['data_offsets'][0]:e['data_offsets'][1]], numpy.float32).reshape(e['shape']).copy()) for n, e in header.items() if n != '__metadata__'}
            weights, inputs = {**read(arguments[0]), **read(arguments[1])}, read(arguments[2])
            assert set(weights) == set(random_weights(sizes)), set(weights) ^ set(random_weights(sizes))
            with torch.inference_mode():
                network = Foundation(weights, sizes)
                for t in range(4):
                    stages = network.step(inputs['stimulus'][:, t], inputs['eye'][:, t], inputs['behaviour'][:, t])
                    print(*stages['output.response'][0].tolist())
            """;
        string sizes = "streams=3 units=5 stimulus=18,32 retina=16,24 perspective_mlp=4 modulation_mlp=4 lstm=3 channels=4,8 block_groups=1,2 layers=2,2 pools=2,1 out=6 hidden=8 common=16 groups=2 recurrent_out=5";
        float[] printed = [.. FoundationReference.Run(Read, sizes, core, session, _folder["inputs.safetensors"]).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(static value => float.Parse(value, System.Globalization.CultureInfo.InvariantCulture))];
        float[] response = network.Forward([stimulus, eye, behaviour], training: false).ToArray();
        Assert.Equal(printed, response, static (a, b) => Math.Abs(a - b) <= 1e-4 * (1 + Math.Abs(a)));
    }
}
