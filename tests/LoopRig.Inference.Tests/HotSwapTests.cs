using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Inference.Tests;

public sealed class HotSwapTests
{
    private static SteppedLoop Started(FakeNetwork network, int bins)
    {
        var rig = new SteppedLoop(network);
        for (var i = 0; i <= bins; i++)
        {
            rig.PlayBin(1000 + i, 51, 1);
        }
        return rig;
    }

    private static void AssertNoBinLost(SteppedLoop rig)
    {
        var bins = rig.Sink.Bins;
        Assert.Equal(Enumerable.Range(0, bins.Length).Select(i => bins[0].Bin.Index + i), bins.Select(b => b.Bin.Index));
        Assert.Equal(bins.Length, rig.Sink.Messages.Length);
    }

    [Fact]
    public async Task Begin_NetworkThatFits_TakesOverWarmBetweenTwoBins()
    {
        using var rig = Started(new FakeNetwork("first"), 30);
        var swap = rig.Swap.Begin(() => new FakeNetwork("second", bias: 0.5), "requested");
        var next = await rig.PlayUntil(swap, 1031);
        rig.PlayBin(next, 51, 1);
        var record = await swap;
        var bins = rig.Sink.Bins;
        AssertNoBinLost(rig);
        Assert.All(bins, b => Assert.False(b.Bin.Flags.HasFlag(BinFlags.Fallback)));
        var first = Array.FindIndex(bins, b => b.Bin.Index == record.FirstBin);
        Assert.True(bins[first].Bin.Flags.HasFlag(BinFlags.StateReset));
        Assert.False(bins[first].Bin.Flags.HasFlag(BinFlags.WarmUp)); // its state was warmed from the past
        Assert.Equal(record.Network.HashPrefix, bins[first].Bin.Network);
        Assert.NotEqual(bins[first - 1].Bin.Network, bins[first].Bin.Network);
        var steps = (int)(record.FirstBin - record.WarmFirstBin) + 1;
        Assert.InRange(steps, 17, 40);
        Assert.Equal(FakeNetwork.Expected(51, 1, 0, steps, 0.5), rig.Values(first)[0], 1e-2f);

        var told = JsonNode.Parse(rig.Sink.Events.Single(e => e.Contains("\"swap\"")))!;
        Assert.Equal(record.FirstBin, told["first_bin"]!.GetValue<long>());
        Assert.Equal(record.WarmFirstBin, told["warm_first_bin"]!.GetValue<long>());
        Assert.Equal(record.Network.Step.Hash, told["network"]!.GetValue<string>());
        Assert.Equal(WireError.None, WireFormat.TryRead(rig.Sink.Messages[first].Topic, rig.Sink.Messages[first].Header, rig.Sink.Messages[first].Payload, out var header));
        Assert.True(header.Flags.HasFlag(FrameFlags.NewEpoch));

        var descriptors = rig.Sink.Descriptors;
        Assert.Equal(2, descriptors.Length);
        var (topic, descriptorHeader, json) = descriptors[1];
        Assert.Equal(WireError.None, WireFormat.TryRead(topic, descriptorHeader, json, out var described));
        Assert.Equal((MessageKind.Descriptor, header.Epoch), (described.Kind, described.Epoch));
        Assert.Equal(record.Network.Step.Hash, StreamDescriptor.FromJson(json)!.NetworkHash);
    }

    [Fact]
    public async Task Begin_NetworkThatNeedsFewerStreams_BinsWaitForThoseAlone()
    {
        using var rig = Started(new FakeNetwork("first"), 10);
        Assert.True(rig.Aligner.IsRequired(1));
        var images = new FakeNetwork("images") { Inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = 6, Width = 8 }] };
        var next = await rig.PlayUntil(rig.Swap.Begin(() => images, "requested"), 1011);
        rig.PlayBin(next, 51, 1);
        Assert.True(rig.Aligner.IsRequired(0));
        Assert.False(rig.Aligner.IsRequired(1));
    }

    [Fact]
    public async Task RollBack_OnRequest_BringsThePreviousOneBackWarm()
    {
        var firstNetwork = new FakeNetwork("first");
        using var rig = Started(firstNetwork, 30);
        var next = await rig.PlayUntil(rig.Swap.Begin(() => new FakeNetwork("second"), "requested"), 1031);
        while (rig.Swap.IsUnderWay)
        {
            rig.PlayBin(next++, 51, 1);
        }
        var back = rig.Swap.RollBack("requested back");
        next = await rig.PlayUntil(back, next);
        rig.PlayBin(next, 51, 1);
        var record = await back;
        AssertNoBinLost(rig);
        Assert.Same(firstNetwork, record.Network.Step);
        Assert.False(firstNetwork.Disposed);
        var at = Array.FindIndex(rig.Sink.Bins, b => b.Bin.Index == record.FirstBin);
        Assert.Equal(FakeNetwork.Expected(51, 1, 0, (int)(record.FirstBin - record.WarmFirstBin) + 1), rig.Values(at)[0], 1e-2f);
    }

    [Fact]
    public async Task Judge_OutputsNotFinite_RollsBackByItself()
    {
        using var rig = Started(new FakeNetwork("first"), 30);
        var second = new FakeNetwork("second");
        var next = await rig.PlayUntil(rig.Swap.Begin(() => second, "requested"), 1031);
        second.Spoilt = true;
        for (var i = 0; i < 500 && rig.Sink.Events.Count(e => e.Contains("\"swap\"")) < 2; i++)
        {
            rig.PlayBin(next++, 51, 1);
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
        rig.PlayBin(next, 51, 1);
        AssertNoBinLost(rig);
        var bins = rig.Sink.Bins;
        Assert.Contains(rig.Sink.Events, e => e.Contains("roll-back") && e.Contains("not finite"));
        Assert.Equal(bins[0].Bin.Network, bins[^1].Bin.Network);
        Assert.False(bins[^1].Bin.Flags.HasFlag(BinFlags.Fallback));
    }

    [Fact]
    public async Task Begin_InputsDoNotMatch_IsRefusedAndTheOldOneGoesOn()
    {
        using var rig = Started(new FakeNetwork("first"), 10);
        var wrong = new FakeNetwork("wrong", height: 36, width: 64);
        var error = await Assert.ThrowsAsync<NetworkException>(() => rig.Swap.Begin(() => wrong, "requested"));
        Assert.Contains("(36,64)", error.Message);
        Assert.True(wrong.Disposed);
        rig.PlayBin(1011, 51, 1);
        AssertNoBinLost(rig);
        Assert.Equal(rig.Sink.Bins[0].Bin.Network, rig.Sink.Bins[^1].Bin.Network);
        Assert.Contains(rig.Sink.Events, e => e.Contains("swap_refused"));
    }

    [Fact]
    public async Task Begin_OutputNotFiniteWhenWarmed_IsRefused()
    {
        using var rig = Started(new FakeNetwork("first"), 10);
        var error = await Assert.ThrowsAsync<NetworkException>(() => rig.Swap.Begin(() => new FakeNetwork("spoilt") { Spoilt = true }, "requested"));
        Assert.Contains("not finite", error.Message);
    }

    [Fact]
    public async Task Begin_FileMissing_IsRefusedWithTheReason()
    {
        using var rig = Started(new FakeNetwork("first"), 10);
        var error = await Assert.ThrowsAsync<NetworkException>(() => rig.Swap.Begin(() => throw new DataFileException("no.safetensors", "it is not there"), "requested"));
        Assert.Contains("no.safetensors", error.Message);
    }

    [Fact]
    public async Task Begin_LoaderThrowsWhatNobodyExpects_IsRefusedAndTheOldOneGoesOn()
    {
        using var rig = Started(new FakeNetwork("first"), 10);
        var error = await Assert.ThrowsAsync<NetworkException>(() => rig.Swap.Begin(() => throw new NotSupportedException("no such operator"), "requested"));
        Assert.Contains("no such operator", error.Message);
        rig.PlayBin(1011, 51, 1);
        AssertNoBinLost(rig);
        Assert.Contains(rig.Sink.Events, e => e.Contains("swap_refused"));
    }

    [Fact]
    public async Task RollBack_WithoutAPrevious_IsAnError()
    {
        using var rig = Started(new FakeNetwork("first"), 2);
        await Assert.ThrowsAsync<NetworkException>(() => rig.Swap.RollBack("requested"));
    }
}
