using LoopRig.Torch;
using LoopRig.Torch.Formats;
using LoopRig.Torch.Tests.Formats;
using Xunit;

namespace LoopRig.Models.Tests;

/// <summary>Networks that LoopRig saved, loaded by name into plain PyTorch classes with the reader of docs/weights.md.</summary>
public sealed class WeightsInPythonTests(ITestOutputHelper output) : IDisposable
{
    private const string Compare = """

        import glob, os
        folder = sys.argv[1]
        for path in sorted(glob.glob(os.path.join(folder, '*.network.safetensors'))):
            tensors, metadata = read(path)
            net = published(json.loads(metadata['looprig.spec']))
            net.load_state_dict(tensors)
            net.eval()
            case, _ = read(path.replace('.network.', '.case.'))
            with torch.no_grad(): answer = net({n[6:]: t for n, t in case.items() if n.startswith('input.')})
            error = ((answer - case['output']).abs() / (1 + case['output'].abs())).max().item()
            print('%-28s %d arrays, largest error %.2e' % (os.path.basename(path)[:-20], len(tensors), error))
            assert error <= 1e-4, path
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_EveryVariant_LoadsIntoPyTorchByNameAndAnswersTheSame()
    {
        foreach ((string name, NetworkRecipe recipe) in NetworkVariants.All)
        {
            using Scope scope = new();
            using INetwork network = NetworkVariants.CreateUsed(recipe, seed: 8);
            NetworkFile.Save(network, _folder[$"{name}.network.safetensors"]);
            Tensor[] windows = NetworkVariants.Windows(network, 3, network.WindowFrames, seed: 9);
            List<NamedArray> arrays = [TensorArrays.FromTensor("output", network.Forward(windows, training: false))];
            for (int i = 0; i < windows.Length; i++)
                arrays.Add(TensorArrays.FromTensor($"input.{network.Inputs[i].Name}", windows[i]));
            SafetensorsWriter.Write(_folder[$"{name}.case.safetensors"], arrays);
        }
        string printed = PythonTorch.Run(PublishedClasses.Python + Reader() + Compare, Path.GetDirectoryName(_folder["x"])!);
        output.WriteLine(printed);
        Assert.Equal(NetworkVariants.All.Count, printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>The first Python block of the page, as a user would copy it.</summary>
    private static string Reader()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LoopRig.sln")))
            folder = folder.Parent;
        string page = File.ReadAllText(Path.Combine(folder!.FullName, "docs", "weights.md"));
        const string Fence = "```python\n";
        int start = page.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
