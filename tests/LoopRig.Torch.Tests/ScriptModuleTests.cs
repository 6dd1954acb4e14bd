using System.Globalization;
using LoopRig.Core;
using LoopRig.Torch.Tests.Formats;
using Xunit;

namespace LoopRig.Torch.Tests;

public sealed class ScriptModuleTests : IDisposable
{
    private const string Module = """
        import sys, torch
        class Network(torch.nn.Module):
            def __init__(self):
                super().__init__()
                torch.manual_seed(5)
                self.layer = torch.nn.Linear(3, 2)
                self.drop = torch.nn.Dropout(0.5)
            def forward(self, x, y):
                return torch.relu(self.drop(self.layer(x))) + y
        class Pair(torch.nn.Module):
            def forward(self, x):
                return x + 1, [x * 2, x * 3]
        def export():
            network = Network()
            torch.jit.save(torch.jit.script(network), sys.argv[1])
            torch.jit.save(torch.jit.script(Pair()), sys.argv[2])
            print(*network.eval()(torch.tensor([[1., 2, 3]]), torch.tensor([4., 5])).flatten().tolist())
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Call_ModuleOfPython_GivesItsNumbersEagerAndFrozen()
    {
        float[] expected = Export();
        using var scope = new Scope();
        using var module = ScriptModule.Load(_folder["network.pt"]);
        Tensor x = Tensor.FromArray([1f, 2, 3], 1, 3), y = Tensor.FromArray([4f, 5]);
        TensorAssert.Close(expected, module.Call(x, y)[0].ToArray(), 1e-6);

        using var program = Program.Record(Device.Cpu, [("x", x)], [], (inputs, _) => ([module.Call(inputs[0] * 2, y)[0] * 3], []));
        Assert.Contains("torchscript::forward(", program.Listing);
        program.Input(0)[0] = 0.5f;
        program.Input(0)[1] = 1;
        program.Input(0)[2] = 1.5f;
        for (int i = 0; i < 4; i++) program.Run();
        TensorAssert.Close(Array.ConvertAll(expected, value => value * 3), program.Output(0), 1e-6);
    }

    [Fact]
    public void Call_TupleAndList_ComesFlattened()
    {
        Export();
        using var scope = new Scope();
        using var module = ScriptModule.Load(_folder["pair.pt"]);
        Assert.Equal([2f, 2, 3], module.Call(Tensor.Ones(1)).Select(tensor => (float)tensor.Item()));
        var error = Assert.Throws<TorchException>(() => Program.Record(Device.Cpu, [("x", Tensor.Ones(1))], [], (inputs, _) => (module.Call(inputs[0]), [])));
        Assert.Contains("3 tensors", error.Message);
    }

    [Fact]
    public void Call_WrongShape_NamesTheFile()
    {
        Export();
        using var scope = new Scope();
        using var module = ScriptModule.Load(_folder["network.pt"]);
        var error = Assert.Throws<TorchException>(() => module.Call(Tensor.Ones(1, 4), Tensor.Ones(2)));
        Assert.Contains("network.pt", error.Message);
        Assert.Contains("1x4", error.Message);
    }

    [Fact]
    public void Load_WhatIsNoModule_NamesTheFile()
    {
        File.WriteAllText(_folder["text.pt"], "no module");
        Assert.Contains("text.pt", Assert.Throws<DataFileException>(() => ScriptModule.Load(_folder["text.pt"])).Message);
        Assert.Contains("no such file", Assert.Throws<DataFileException>(() => ScriptModule.Load(_folder["absent.pt"])).Message);
    }

    private float[] Export()
    {
        // The compiler of TorchScript wants to see source, so the classes stand in a file.
        File.WriteAllText(_folder["looprig_modules.py"], Module);
        string numbers = PythonTorch.Run(
            "import os, sys; sys.path.insert(0, os.path.dirname(sys.argv[1])); import looprig_modules; looprig_modules.export()", _folder["network.pt"], _folder["pair.pt"]);
        return [.. numbers.Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
    }
}
