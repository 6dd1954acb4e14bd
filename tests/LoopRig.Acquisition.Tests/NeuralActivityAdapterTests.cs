using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class NeuralActivityAdapterTests
{
    private static NeuralActivityOptions Region1 => new()
    {
        Name = "units",
        Source = SharedData.Path("mouse_v1_natural_images/region1/training_set.npy"),
        BinMs = 48,
        Pace = Pace.FullSpeed,
    };

    [Fact]
    public void Run_RealResponses_PublishesEveryRowAtItsBinsEndWithTheTimeOfItsStart()
    {
        using NeuralActivityAdapter adapter = new(Region1);
        StreamDescriptor stream = adapter.Streams[0];
        Assert.Equal((StreamKind.Activity, 103, 48_000_000L), (stream.Kind, stream.Channels.Length, stream.BinNs));
        long before = RigClock.Now;
        using CollectingOutput output = new();
        adapter.Run(output, CancellationToken.None);
        Assert.Equal(1800, output.Messages.Count);
        Assert.InRange(output.Messages[0].Header.DeviceTimeNs, before, RigClock.Now);
        Assert.All(output.Messages, m => Assert.Equal(48_000_000, m.Header.HostTimeNs - m.Header.DeviceTimeNs));
        using NpyFile file = new(Region1.Source);
        Assert.Equal(file.ReadSingles()[(700 * 103)..(701 * 103)], output.Messages[700].Values);
        Assert.Equal(700 * 48_000_000L, output.Messages[700].Header.DeviceTimeNs - output.Messages[0].Header.DeviceTimeNs);
    }

    [Fact]
    public void Streams_OfTraces_HaveNoBinAndTheGivenIds()
    {
        string[] ids = [.. Enumerable.Range(0, 103).Select(i => $"roi{i}")];
        using NeuralActivityAdapter adapter = new(Region1 with { Traces = true, UnitIds = ids });
        Assert.Equal(0, adapter.Streams[0].BinNs);
        Assert.Equal(ids, adapter.Streams[0].Channels);
    }

    [Fact]
    public void Create_WrongNumberOfIds_SaysBoth()
        => Assert.Contains("2 ids for 103 units", Assert.Throws<DataFileException>(() => new NeuralActivityAdapter(Region1 with { UnitIds = ["a", "b"] })).Message);
}
