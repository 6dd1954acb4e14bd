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
    public void Streams_IdsOfAFile_AreThoseOfTheUnits()
    {
        string text = Path.GetTempFileName(), array = text + ".npy";
        try
        {
            File.WriteAllLines(text, Enumerable.Range(0, 103).Select(i => $"imec0-{2 * i}"));
            using (NeuralActivityAdapter adapter = new(Region1 with { UnitIdsFile = text })) Assert.Equal("imec0-204", adapter.Streams[0].Channels[102]);
            NpyFile.Write<int>(array, [.. Enumerable.Range(0, 103).Select(i => 7 * i)], 103);
            using (NeuralActivityAdapter adapter = new(Region1 with { UnitIdsFile = array })) Assert.Equal(["0", "7", "14"], adapter.Streams[0].Channels[..3]);
            Assert.Contains("both given", Assert.Throws<DataFileException>(() => new NeuralActivityAdapter(Region1 with { UnitIdsFile = array, UnitIds = ["a"] })).Message);
            NpyFile.Write<int>(array, [1, 2], 2);
            DataFileException error = Assert.Throws<DataFileException>(() => new NeuralActivityAdapter(Region1 with { UnitIdsFile = array }));
            Assert.Contains("2 ids for 103 units of", error.Message);
            Assert.Equal(array, error.File);
            NpyFile.Write<double>(array, [1, 2.5], 2);
            Assert.Contains("whole numbers", Assert.Throws<DataFileException>(() => new NeuralActivityAdapter(Region1 with { UnitIdsFile = array })).Message);
            Assert.Contains("no such file", Assert.Throws<DataFileException>(() => new NeuralActivityAdapter(Region1 with { UnitIdsFile = "/nowhere/ids.txt" })).Message);
        }
        finally
        {
            File.Delete(text);
            File.Delete(array);
        }
    }

    [Theory]
    [InlineData("roi9", "units 9 and 40 (counted from 0) are both called 'roi9'")]
    [InlineData(" ", "unit 40 has no id")]
    public void Create_IdThatIsNone_SaysWhichUnits(string id, string expected)
    {
        string[] ids = [.. Enumerable.Range(0, 103).Select(i => i == 40 ? id : $"roi{i}")];
        Assert.Contains(expected, Assert.Throws<DataFileException>(() => new NeuralActivityAdapter(Region1 with { UnitIds = ids })).Message);
    }

    [Fact]
    public void Create_WrongNumberOfIds_SaysBoth()
        => Assert.Contains("2 ids for 103 units", Assert.Throws<DataFileException>(() => new NeuralActivityAdapter(Region1 with { UnitIds = ["a", "b"] })).Message);
}
