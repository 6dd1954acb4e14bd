using LoopRig.Core;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Torch.Tests.Formats;

public sealed class TensorFilesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteThenRead_TensorsOfEveryTypeAndLayout_AreTheSame()
    {
        using Scope scope = new();
        Tensor matrix = Tensor.FromArray([1.5f, -2, 3, 4, 5, 6], 2, 3);
        Dictionary<string, Tensor> tensors = new()
        {
            ["matrix"] = matrix,
            ["transposed"] = matrix.Transpose(0, 1),
            ["half"] = matrix.To(ScalarType.Float16),
            ["bfloat"] = matrix.To(ScalarType.BFloat16),
            ["double"] = matrix.To(ScalarType.Float64),
            ["long"] = Tensor.FromArray<long>([long.MaxValue, -1], 2),
            ["bool"] = Functional.Gt(matrix, 2),
            ["scalar"] = Tensor.Scalar(7),
            ["empty"] = Tensor.Zeros(0, 4),
        };
        Tensor learned = matrix.Clone();
        learned.RequiresGrad = true;
        tensors["learned"] = learned;
        Safetensors.Write(_folder["t.safetensors"], tensors, new Dictionary<string, string> { ["a"] = "b" });

        (IReadOnlyDictionary<string, Tensor> read, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(_folder["t.safetensors"]);
        Assert.Equal("b", metadata["a"]);
        Assert.Equal(tensors.Count, read.Count);
        foreach ((string name, Tensor tensor) in tensors)
        {
            Assert.Equal(tensor.Dtype, read[name].Dtype);
            Assert.Equal(tensor.Shape, read[name].Shape);
            Assert.Equal(tensor.ToArray<double>(), read[name].ToArray<double>());
        }
    }

    [Fact]
    public void Load_CheckpointAndSafetensors_ToldApartByContent()
    {
        PythonTorch.Run("import sys, torch; torch.save({'w': torch.arange(6.).reshape(2, 3).t(), 'n': torch.tensor(3)}, sys.argv[1])", _folder["weights.bin"]);
        using Scope scope = new();
        IReadOnlyDictionary<string, Tensor> published = StateDict.Load(_folder["weights.bin"]);
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], published["w"].ToArray());
        Assert.Equal(3, published["n"].Item());
        Safetensors.Write(_folder["weights.pth"], published);
        Assert.Equal(published["w"].ToArray(), StateDict.Load(_folder["weights.pth"])["w"].ToArray());
    }

    [Fact]
    public void ToTensor_TypeThatNoTensorHolds_NamesTheArray()
    {
        MemoryArray array = new("counts", ArrayType.U32, [1], new byte[4]);
        Assert.Contains("counts", Assert.Throws<LoopRigException>(() => array.ToTensor()).Message);
    }

    [Theory]
    [InlineData(".safetensors")]
    [InlineData(".pth")]
    public void Load_FileWithAnyByteChanged_GivesArraysOrAClearError(string kind)
    {
        string good = _folder["good" + kind], bad = _folder["bad" + kind];
        if (kind == ".pth")
            PythonTorch.Run("import sys, torch; torch.save({'state_dict': torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)).state_dict(), 'epoch': 1}, sys.argv[1])", good);
        else
            SafetensorsWriter.Write(good, [new MemoryArray("a", ArrayType.F32, [2, 2], new byte[16]), new MemoryArray("b", ArrayType.I64, [], new byte[8])]);
        byte[] original = File.ReadAllBytes(good);
        Random random = new(5);
        int refused = 0;
        for (int round = 0; round < 500; round++)
        {
            byte[] changed = [.. original];
            for (int i = 0; i <= round % 3; i++)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            if (round % 5 == 0) changed = changed[..random.Next(changed.Length)];
            File.WriteAllBytes(bad, changed);
            try
            {
                using WeightsFile file = WeightsFile.Open(bad);
                foreach (NamedArray array in file.Arrays.Values)
                    array.ReadBytes();
            }
            catch (LoopRigException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 70, 500);
    }
}
