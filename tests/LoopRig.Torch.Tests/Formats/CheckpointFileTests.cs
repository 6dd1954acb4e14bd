using LoopRig.Core;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Torch.Tests.Formats;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_PublishedStateDictSavedOnAGpu_HasItsArrays()
    {
        using CheckpointFile file = CheckpointFile.Open(TestFolder.Shared("data/mouse_v1_networks/sensorium_p_sota_model.pth"));
        Assert.Equal(45, file.Arrays.Count);
        Assert.Equal([64, 4, 9, 9], file.Arrays["core.features.layer0.conv.weight"].Shape);
        Assert.Equal([1, 64, 1, 7538], file.Arrays["readout.27204-5-13._features"].Shape);
        Assert.Equal(ArrayType.I64, file.Arrays["core.features.layer0.norm.num_batches_tracked"].Type);
        Assert.Empty(file.Arrays["core.features.layer0.norm.num_batches_tracked"].Shape);
        Assert.Equal([0f, -1f, 0f, -1f, 4f, -1f, 0f, -1f, 0f], file.Arrays["core._input_weights_regularizer.laplace.filter"].ReadFloats());
    }

    [Fact]
    public void Read_PublishedStateDict_EqualsPyTorchByteForByte()
    {
        string path = TestFolder.Shared("data/mouse_v1_networks/sensorium_sota_model.pth");
        PythonTorch.Run("""
            import sys, torch
            with open(sys.argv[2], 'wb') as out:
                for t in torch.load(sys.argv[1], map_location='cpu').values(): out.write(t.contiguous().numpy().tobytes())
            """, path, _folder["raw"]);
        using CheckpointFile file = CheckpointFile.Open(path);
        byte[] ours = [.. file.Arrays.Values.SelectMany(array => array.ReadBytes())];
        Assert.Equal(File.ReadAllBytes(_folder["raw"]), ours);
    }

    [Fact]
    public void Read_ViewsTypesAndContainers_EqualsPyTorch()
    {
        PythonTorch.Run("""
            import sys, torch
            base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
            tensors = {
                'transposed': base.transpose(0, 2), 'slice': base[1:, ::2, 1:4], 'expanded': base[:, :1, :1].expand(3, 4, 5), 'scalar': torch.tensor(3.5),
                'empty': torch.zeros(0, 3), 'parameter': torch.nn.Parameter(torch.randn(2, 2)), 'half': torch.randn(3).half(), 'bfloat': torch.randn(3).bfloat16(),
                'double': torch.randn(2, dtype=torch.float64), 'bool': torch.tensor([True, False]), 'byte': torch.arange(5, dtype=torch.uint8),
                'char': -torch.arange(5, dtype=torch.int8), 'short': -torch.arange(5, dtype=torch.int16), 'int': -torch.arange(5, dtype=torch.int32), 'long': -torch.arange(5),
            }
            saved = dict(tensors, nested={'list': [base, {'deep': base[0]}], 'pair': (base[1], 7), 3: base[2]}, note='text', big=2**40, ratio=.5, none=None, flag=True)
            torch.save(saved, sys.argv[1], pickle_protocol=int(sys.argv[3]))
            flat = dict(tensors, **{'nested.list.0': base, 'nested.list.1.deep': base[0], 'nested.pair.0': base[1], 'nested.3': base[2]})
            with open(sys.argv[2], 'w') as out:
                for name, t in flat.items(): print(name, '|', list(t.shape), '|', ' '.join('%.9g' % v for v in t.double().flatten().tolist()), file=out)
            """, _folder["a.pt"], _folder["a.txt"], "2");
        Compare("a");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Read_ModuleStateDictInATrainingCheckpoint_IsUnwrappedAtEveryProtocol(int protocol)
    {
        PythonTorch.Run("""
            import sys, torch
            net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2), torch.nn.GRU(2, 2))
            optimizer = torch.optim.Adam(net.parameters())
            net[0](torch.randn(4, 3)).sum().backward(); optimizer.step()
            torch.save({'epoch': 3, 'state_dict': net.state_dict(), 'optimizer': optimizer.state_dict(), 'best': (1.5, [None])}, sys.argv[1], pickle_protocol=int(sys.argv[3]))
            with open(sys.argv[2], 'w') as out:
                for name, t in net.state_dict().items(): print(name, '|', list(t.shape), '|', ' '.join('%.9g' % v for v in t.double().flatten().tolist()), file=out)
            """, _folder["b.pt"], _folder["b.txt"], protocol.ToString());
        Compare("b");
    }

    [Theory]
    [InlineData("class Evil:\n    def __reduce__(self): return (os.system, ('touch ' + sys.argv[2],))\ntorch.save({'w': torch.zeros(2), 'x': Evil()}, sys.argv[1])", "posix.system")]
    [InlineData("class Evil:\n    def __reduce__(self): return (eval, ('open(\"' + sys.argv[2] + '\", \"w\")',))\ntorch.save(Evil(), sys.argv[1])", "builtins.eval")]
    [InlineData("import subprocess\nclass Evil:\n    def __reduce__(self): return (subprocess.Popen, (['touch', sys.argv[2]],))\ntorch.save([Evil()], sys.argv[1], pickle_protocol=4)", "subprocess.Popen")]
    [InlineData("torch.save(torch.nn.Linear(2, 2), sys.argv[1])", "torch.nn.modules.linear.Linear")]
    [InlineData("import numpy\ntorch.save({'x': numpy.zeros(3)}, sys.argv[1])", "core.multiarray._reconstruct")]
    public void Open_AnythingButTensorsAndContainers_IsRefusedByNameAndNothingRuns(string script, string name)
    {
        PythonTorch.Run("import os, sys, torch\n" + script, _folder["evil.pt"], _folder["trace"]);
        DataFileException error = Assert.Throws<DataFileException>(() => CheckpointFile.Open(_folder["evil.pt"]));
        Assert.Contains(name, error.Message.Replace("__builtin__", "builtins"));
        Assert.Contains("evil.pt", error.Message);
        Assert.False(File.Exists(_folder["trace"]));
    }

    [Theory]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02' + b'}' + b'0' * 8 + b'.')", "empty")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02](h\\x07.')", "memo 7")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02X\\xff\\xff\\xff\\x7fabc.')", "announced")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02]q\\x00h\\x00a.')", "nested")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02]q\\x00' + b''.join(b'](h' + bytes([i]) + b'h' + bytes([i]) + b'eq' + bytes([i + 1]) for i in range(30)) + b'.')", "more than 1000000")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02ctorch._utils\\n_rebuild_tensor_v2\\n)R.')", "_rebuild_tensor_v2")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02I1\\n.')", "opcode 0x49")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02}.')", "no tensor")]
    [InlineData("z.writestr('a/other', b'')", "data.pkl")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02' + b'N0' * 5000000 + b'.', zipfile.ZIP_DEFLATED)", "grows")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02}.'); z.writestr('a/constants.pkl', b'')", "TorchScript")]
    [InlineData("z.writestr('a/data.pkl', b'\\x80\\x02}.'); z.writestr('a/byteorder', b'big')", "big-endian")]
    public void Open_CraftedArchive_IsRefusedWithItsReason(string write, string expected)
    {
        PythonTorch.Run("import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], 'w')\n" + write + "\nz.close()", _folder["crafted.pt"]);
        DataFileException error = Assert.Throws<DataFileException>(() => CheckpointFile.Open(_folder["crafted.pt"]));
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("(3, 4)", "(4, 1)", 0, 11)]
    [InlineData("(3, 4)", "(4, 1)", 1, 12)]
    [InlineData("(2,)", "(9223372036854775807,)", 0, 12)]
    [InlineData("(4611686018427387904, 4)", "(0, 0)", 0, 12)]
    [InlineData("(1099511627776,)", "(0,)", 0, 12)]
    [InlineData("(2,)", "(-1,)", 1, 12)]
    public void Open_TensorOutsideItsStorage_IsRefused(string size, string stride, int offset, int elements)
    {
        // A hand-written pickle of one tensor: torch itself would not save such a view.
        PythonTorch.Run($$"""
            import sys, zipfile, pickle, io, collections
            class Storage: pass
            class Tensor:
                def __reduce__(self): return (rebuild, (Storage(), {{offset}}, {{size}}, {{stride}}, False, collections.OrderedDict()))
            def rebuild(): pass
            rebuild.__module__, rebuild.__qualname__ = 'torch._utils', '_rebuild_tensor_v2'
            import types
            module = types.ModuleType('torch._utils'); module._rebuild_tensor_v2 = rebuild; sys.modules['torch._utils'] = module
            class FloatStorage: pass
            FloatStorage.__module__ = 'torch'; FloatStorage.__qualname__ = 'FloatStorage'
            top = types.ModuleType('torch'); top.FloatStorage = FloatStorage; top._utils = module; sys.modules['torch'] = top
            class Pickler(pickle.Pickler):
                def persistent_id(self, o): return ('storage', FloatStorage, '0', 'cpu', {{elements}}) if isinstance(o, Storage) else None
            data = io.BytesIO(); Pickler(data, 2).dump({'w': Tensor()})
            z = zipfile.ZipFile(sys.argv[1], 'w'); z.writestr('a/data.pkl', data.getvalue()); z.writestr('a/data/0', b'\0' * 48); z.close()
            """, _folder["outside.pt"]);
        Assert.Throws<DataFileException>(() => CheckpointFile.Open(_folder["outside.pt"]));
    }

    [Fact]
    public void Open_CutFile_SaysSo()
    {
        byte[] whole = File.ReadAllBytes(TestFolder.Shared("data/mouse_v1_networks/sensorium_sota_model.pth"));
        foreach (int length in new[] { 0, 3, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(_folder["cut.pth"], whole[..length]);
            Assert.Contains("cut.pth", Assert.Throws<DataFileException>(() => CheckpointFile.Open(_folder["cut.pth"])).Message);
        }
    }

    [Fact]
    public void Read_StorageMissingOrOfAnotherLength_NamesTheTensor()
    {
        PythonTorch.Run("""
            import sys, torch, zipfile
            torch.save({'first': torch.zeros(3), 'second': torch.zeros(4)}, sys.argv[1])
            source = zipfile.ZipFile(sys.argv[1])
            out = zipfile.ZipFile(sys.argv[2], 'w')
            for i in source.infolist():
                if i.filename.endswith('/data/0'): continue
                out.writestr(i.filename, source.read(i) + (b'x' if i.filename.endswith('/data/1') else b''))
            out.close()
            """, _folder["good.pt"], _folder["damaged.pt"]);
        using CheckpointFile file = CheckpointFile.Open(_folder["damaged.pt"]);
        Assert.Contains("'first'", Assert.Throws<DataFileException>(() => file.Arrays["first"].ReadBytes()).Message);
        Assert.Contains("'second'", Assert.Throws<DataFileException>(() => file.Arrays["second"].ReadBytes()).Message);
    }

    [Fact]
    public void Open_FileOfPyTorchBefore16_SaysHowToConvertIt()
    {
        PythonTorch.Run("import sys, torch; torch.save({'w': torch.zeros(2)}, sys.argv[1], _use_new_zipfile_serialization=False)", _folder["old.pt"]);
        Assert.Contains("before 1.6", Assert.Throws<DataFileException>(() => CheckpointFile.Open(_folder["old.pt"])).Message);
    }

    private void Compare(string name)
    {
        using CheckpointFile file = CheckpointFile.Open(_folder[name + ".pt"]);
        string[] lines = File.ReadAllLines(_folder[name + ".txt"]);
        Assert.Equal(lines.Length, file.Arrays.Count);
        foreach (string line in lines)
        {
            string[] parts = line.Split(" | ");
            NamedArray array = file.Arrays[parts[0]];
            Assert.Equal(parts[1], $"[{string.Join(", ", array.Shape)}]");
            float[] expected = [.. parts[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(expected, array.ReadFloats());
        }
    }
}
