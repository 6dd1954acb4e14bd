using Xunit;
using static LoopRig.Core.Tests.Alignment.Samples;

namespace LoopRig.Core.Tests.Alignment;

public sealed class InputAssemblerTests
{
    private static readonly StreamDescriptor[] s_streams = [Image("cam", 2, 2), Vector("head", "pitch", "roll"), Vector("wheel", "speed")];

    private static InputSpec Behaviour(params string[] variables) => new() { Name = "behaviour", Kind = InputKind.Vector, Variables = variables };

    private static float[] Run(InputAssembler assembler, params (float Pitch, float Roll, float Speed)[] bins)
    {
        var aligner = new BinAligner(BinSpec.Default, s_streams, [true, true, true]);
        var bin = new Bin(s_streams);
        for (var i = 0; i < bins.Length; i++)
        {
            var time = i * 48 * Ms;
            if (i == 0)
            {
                aligner.BeginReplay(0);
            }
            else
            {
                aligner.BeginReplay(i);
            }
            var range = new SampleRange { FirstSequence = (ulong)i, LastSequence = (ulong)i, Count = 1 };
            var pixels = FrameHeader.Samples(DType.U8, [2, 2], time);
            pixels.Sequence = (ulong)i;
            aligner.AddReplay(0, pixels, [0, 51, 102, 255], range);
            aligner.AddReplay(1, Header((ulong)i, time, 2), System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([bins[i].Pitch, bins[i].Roll]), range);
            aligner.AddReplay(2, Header((ulong)i, time, 1), System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([bins[i].Speed]), range);
            aligner.EndReplay(time, bin);
            assembler.Observe(bin);
        }
        var values = new float[assembler.Inputs[0].Length];
        assembler.Write(0, values);
        return values;
    }

    [Fact]
    public void Write_OfVariablesDifferencesAndProducts_FollowsTheirNames()
    {
        var assembler = new InputAssembler([Behaviour("speed", "pitch", "pitch'", "speed*pitch", "pitch'*roll'", "roll'")], s_streams, new InputMapping());
        var values = Run(assembler, (1, 10, 2), (4, 30, 5));
        Assert.Equal([5, 4, 3, 20, 60, 20], values);
    }

    [Fact]
    public void WithProducts_OfElevenVariables_GivesTheSixtySixOfXu()
    {
        string[] all = ["speed", "pitch", "roll", "phi", "th", "eyerad", "pitch'", "roll'", "phi'", "th'", "eyerad'"];
        var names = InputSpec.WithProducts(all);
        Assert.Equal(66, names.Length);
        Assert.Equal("speed*pitch", names[11]);
        Assert.Equal("th'*eyerad'", names[^1]);
    }

    [Fact]
    public void Write_WithStatistics_Normalises()
    {
        var spec = Behaviour("speed", "pitch") with { Mean = [1, 2], Std = [2, 4] };
        Assert.Equal([2, 0.5f], Run(new InputAssembler([spec], s_streams, new InputMapping()), (4, 0, 5)));
    }

    [Fact]
    public void Write_OfAnImage_ScalesToOneAndNormalises()
    {
        var spec = new InputSpec { Name = "image", Kind = InputKind.Image, Height = 2, Width = 2, Mean = [0.2f], Std = [0.5f] };
        var values = Run(new InputAssembler([spec], s_streams, new InputMapping()), (0, 0, 0));
        float[] expected = [-0.4f, 0, 0.4f, 1.6f];
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(expected[i], values[i], 5);
        }
    }

    [Fact]
    public void Constructor_WhenInputsAreMissing_NamesEveryOneAndWhatThereIs()
    {
        var image = new InputSpec { Name = "image", Kind = InputKind.Image, Height = 60, Width = 80 };
        var error = Assert.Throws<NetworkException>(() => new InputAssembler([image, Behaviour("speed", "th", "eyerad'")], s_streams, new InputMapping()));
        Assert.Contains("(60,80)", error.Message, StringComparison.Ordinal);
        Assert.Contains("'th'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'eyerad'", error.Message, StringComparison.Ordinal);
        Assert.Contains("wheel [speed]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StalePolicy.Hold, InputState.Degraded, 7f)]
    [InlineData(StalePolicy.Mean, InputState.Degraded, 0f)]
    [InlineData(StalePolicy.Fallback, InputState.Missing, 7f)]
    public void Observe_WhenAStreamIsSilentBeyondTheLimit_FollowsThePolicy(StalePolicy policy, InputState expected, float value)
    {
        StreamDescriptor[] streams = [Vector("wheel", "speed")];
        var assembler = new InputAssembler([Behaviour("speed")], streams, new InputMapping { StaleNs = 100 * Ms, Policy = policy });
        var aligner = new BinAligner(BinSpec.Default, streams, [true]);
        var bin = new Bin(streams);
        aligner.Add(0, 0, 10 * Ms, 7);
        aligner.Add(0, 1, 50 * Ms, 7);
        var states = new List<InputState>();
        for (var now = 110; now < 500; now += 48)
        {
            while (aligner.TryClose(50 * Ms, now * Ms, bin))
            {
                states.Add(assembler.Observe(bin));
            }
        }
        Assert.Equal(InputState.Complete, states[0]);
        Assert.Equal(InputState.Complete, states[2]);
        Assert.Equal(expected, states[3]);
        var values = new float[1];
        assembler.Write(0, values);
        Assert.Equal(value, values[0]);
    }

    [Fact]
    public void Write_AfterANewEpoch_StartsTheDifferenceAtZero()
    {
        StreamDescriptor[] streams = [Vector("wheel", "speed")];
        var assembler = new InputAssembler([Behaviour("speed'")], streams, new InputMapping());
        var aligner = new BinAligner(BinSpec.Default, streams, [true]);
        var bin = new Bin(streams);
        var differences = new List<float>();
        (long Time, uint Epoch, float Value)[] samples = [(10, 0, 0), (60, 0, 3), (100, 0, 8), (150, 1, 90), (200, 1, 91), (250, 1, 0)];
        for (var i = 0; i < samples.Length; i++)
        {
            aligner.AddEpoch(0, (ulong)i, samples[i].Epoch, samples[i].Time * Ms, samples[i].Value);
            while (aligner.TryClose(0, 0, bin))
            {
                assembler.Observe(bin);
                var value = new float[1];
                assembler.Write(0, value);
                differences.Add(value[0]);
            }
        }
        Assert.Equal([0, 5, 0, 1], differences);
    }
}
