using LoopRig.Core;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Torch.Tests;

public class ProgramTests
{
    [Fact]
    public void Run_RecurrentStep_EqualsThePureStepOverTime()
    {
        using var generator = new Generator(1);
        using var weight = Tensor.Randn([5, 8], generator);
        using var initial = Tensor.Zeros(1, 5);
        using var example = Tensor.Zeros(1, 3);
        (Tensor[], Tensor[]) Step(Tensor[] inputs, Tensor[] state)
        {
            var next = F.Tanh(F.Linear(F.Cat([inputs[0], state[0]], 1), weight));
            return ([next * 2 + 1], [next]);
        }
        using var program = Program.Record(Device.Cpu, [("x", example)], [initial], Step);
        for (int repeat = 0; repeat < 2; repeat++)
        {
            using var scope = new Scope();
            var state = new[] { initial };
            for (int t = 0; t < 7; t++)
            {
                var input = Tensor.Randn([1, 3], generator);
                (var outputs, state) = Step([input], state);
                input.AsSpan().CopyTo(program.Input(0));
                program.Run();
                TensorAssert.Close(outputs[0].ToArray(), program.Output(0), 1e-6);
            }
            TensorAssert.Close(state[0].ToArray(), program.ReadState()[0], 1e-6);
            program.ResetState();
            Assert.All(program.ReadState()[0], value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void WriteState_OfARunElsewhere_ContinuesWithTheSameBits()
    {
        using var generator = new Generator(1);
        using var initial = Tensor.Randn([4, 6], generator);
        using var example = Tensor.Zeros(1, 6);
        // A window that slides: the next state overlaps the state it is read from.
        (Tensor[], Tensor[]) Step(Tensor[] inputs, Tensor[] state) => ([F.Sum(state[0], [0])], [F.Cat([state[0].Slice(0, 1, 4), inputs[0]], 0)]);
        using var first = Program.Record(Device.Cpu, [("x", example)], [initial], Step);
        using var second = Program.Record(Device.Cpu, [("x", example)], [initial], Step);
        for (int t = 0; t < 3; t++)
        {
            first.Input(0).Fill(t);
            first.Run();
        }
        second.WriteState(first.ReadState());
        first.Run();
        second.Input(0).Fill(2);
        second.Run();
        Assert.Equal(first.Output(0).ToArray(), second.Output(0).ToArray());
        Assert.Throws<ArgumentException>(() => second.WriteState([]));
    }

    [Fact]
    public void Run_TenThousandSteps_AllocatesNothingManaged()
    {
        using var program = RandomNetworks.Convolutional(3, out _);
        program.Run();
        float sum = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            program.Input(0)[0] = i;
            program.Run();
            sum += program.Output(0)[0];
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(float.IsFinite(sum));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_SameInputs_GivesTheSameBits(int threads)
    {
        int before = LibTorch.NumThreads;
        LibTorch.NumThreads = threads;
        using var program = RandomNetworks.Convolutional(5, out _);
        program.Run();
        var first = program.Output(0).ToArray();
        for (int i = 0; i < 50; i++)
        {
            program.ResetState();
            program.Run();
            Assert.Equal(first, program.Output(0).ToArray());
        }
        LibTorch.NumThreads = before;
    }

    [Fact]
    public void Record_ManyTimes_LeavesNoTensor()
    {
        long before = LibTorch.LiveTensors;
        for (int i = 0; i < 5; i++)
        {
            using var scope = new Scope();
            using var program = RandomNetworks.Convolutional(1, out _);
            program.Run();
            program.WriteState(program.ReadState());
        }
        Assert.Equal(before, LibTorch.LiveTensors);
    }

    [Fact]
    public void Record_UnusedAndConstantCalls_AreGone()
    {
        using var weight = Tensor.Ones(3);
        using var example = Tensor.Zeros(3);
        using var program = Program.Record(Device.Cpu, [("x", example)], [], (inputs, _) =>
        {
            F.Exp(inputs[0]).Dispose();
            var constant = F.Softmax(weight * 2 + Tensor.Arange(0, 3), 0);
            return (new[] { F.Dropout(inputs[0], 0.5, training: false) * constant }, Array.Empty<Tensor>());
        });
        Assert.Equal(1, program.Listing.Count(character => character == '\n'));
        Assert.StartsWith("aten::mul.Tensor(", program.Listing);
    }

    [Fact]
    public void Record_WhatCannotRepeat_IsRefusedWithTheOperator()
    {
        using var example = Tensor.Ones(2, 3);
        Refuses("aten::dropout", "random", x => F.Dropout(x, 0.5, training: true));
        Refuses("aten::randn", "random", x => x + Tensor.Randn([3]));
        Refuses("aten::add_", "in place", x =>
        {
            x.AddInPlace(x);
            return x;
        });
        Refuses("aten::batch_norm", "statistics", x => F.BatchNorm(x, null, null, training: true));
        Refuses("", "only known when it runs", x => x * x.ToArray()[0]);
        Refuses("aten::item", "number", x => x * F.Sum(x).Item());
        // And the thread records again afterwards.
        using var program = Program.Record(Device.Cpu, [("x", example)], [], (inputs, _) => ([inputs[0] + 1], []));
        program.Run();
        Assert.Equal(2, program.Output(0)[0]);

        void Refuses(string op, string reason, Func<Tensor, Tensor> step)
        {
            var error = Assert.Throws<TorchException>(() => Program.Record(Device.Cpu, [("x", example)], [], (inputs, _) => ([step(inputs[0])], [])));
            Assert.Contains(op, error.Message);
            Assert.Contains(reason, error.Message);
        }
    }

    [Fact]
    public void Record_StateThatChangesShape_IsRefused()
    {
        using var example = Tensor.Ones(2);
        var error = Assert.Throws<TorchException>(() => Program.Record(Device.Cpu, [("x", example)], [example], (inputs, state) => ([inputs[0]], [F.Cat([state[0], inputs[0]])])));
        Assert.Contains("state tensor 0", error.Message);
    }

    [Fact]
    public void Run_FailingCall_NamesOperatorAndSchema()
    {
        using var example = Tensor.Zeros([2], ScalarType.Int64);
        using var program = Program.Record(Device.Cpu, [("index", example)], [], (inputs, _) => ([Tensor.Arange(0, 4).IndexSelect(0, inputs[0])], []));
        program.Input<long>(0)[1] = 99;
        var error = Assert.Throws<TorchException>(program.Run);
        Assert.Contains("aten::index_select", error.Message);
        Assert.Contains("schema: aten::index_select(", error.Message);
        program.Input<long>(0)[1] = 3;
        program.Run();
        Assert.Equal([0f, 3], program.Output(0).ToArray());
    }
}
