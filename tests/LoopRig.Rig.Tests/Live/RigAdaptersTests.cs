using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Tests.Live;

public sealed class RigAdaptersTests
{
    [Fact]
    public void Open_SourceListedAfterItsTaker_IsOpenedBeforeIt()
    {
        var rig = Rig(new Fake("head", "stream:eye/eye"), new Fake("eye", "stream:camera"), new Fake("camera", "file"));
        var order = new List<string>();
        var adapters = new RigAdapters(rig, (config, source) => Make(config, source, order)).Open();
        Assert.Equal(["camera", "eye", "head"], order);
        Assert.Equal(["head", "eye", "camera"], adapters.Select(a => a.Name));
        var eye = (FakeAdapter)adapters[1];
        Assert.Equal("camera", eye.Source!.Stream.Name);
        Assert.Equal([new RigEndpoints(rig).Adapter(rig.Adapters[2])], eye.Source.Endpoints);
    }

    [Fact]
    public void Open_StreamThatNobodyPublishes_NamesTheKeyAndTheStreamsThereAre()
    {
        var order = new List<string>();
        var opened = new List<FakeAdapter>();
        var rig = Rig(new Fake("camera", "file"), new Fake("eye", "stream:camra"));
        var error = Assert.Throws<RigConfigException>(() => new RigAdapters(rig, (config, source) =>
        {
            opened.Add((FakeAdapter)Make(config, source, order));
            return opened[^1];
        }).Open());
        Assert.Equal("adapters[1].source", error.Key);
        Assert.Contains("'camra'", error.Message);
        Assert.Contains("camera, camera/eye", error.Message);
        Assert.True(opened.Single().Disposed);
    }

    [Theory]
    [InlineData("stream:a", "stream:b")]
    [InlineData("stream:b/eye", "stream:a")]
    public void Open_AdaptersThatWaitForEachOther_SaysSo(string ofA, string ofB)
    {
        var rig = Rig(new Fake("a", ofA), new Fake("b", ofB), new Fake("camera", "file"));
        var error = Assert.Throws<RigConfigException>(() => new RigAdapters(rig, (config, source) => Make(config, source, [])).Open());
        Assert.Equal("adapters[0].source", error.Key);
        Assert.Contains(ofA == "stream:a" ? "a for a" : "a for b for a", error.Message);
    }

    [Fact]
    public void Open_SourceThatFails_TellsOfItAndOfItsTakerAndOpensTheRest()
    {
        var rig = Rig(new Fake("camera", "broken"), new Fake("eye", "stream:camera"), new Fake("imu", "file"));
        var failed = new List<(string Name, string Message)>();
        var adapters = new RigAdapters(rig, (config, source) => Make(config, source, [])).Open((config, error) => failed.Add((config.Name, error.Message)));
        Assert.Equal(["camera", "eye"], failed.Select(f => f.Name));
        Assert.Contains("no adapter publishes a stream 'camera'", failed[1].Message);
        Assert.Equal([null, null, "imu"], adapters.Select(a => a?.Name));
    }

    private static RigConfig Rig(params AdapterConfig[] adapters) => new() { Subject = new SubjectConfig { Id = "test" }, Adapters = adapters, File = "rig.json" };

    private static IAdapter Make(AdapterConfig config, StreamSource? source, List<string> order)
    {
        order.Add(config.Name);
        return ((Fake)config).Source == "broken" ? throw new DeviceException(config.Name, "unplugged") : new FakeAdapter(config.Name, source);
    }

    private sealed class Fake : AdapterConfig
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public Fake(string name, string source) => (Name, Source) = (name, source);

        public string Source { get; }

        internal override string? SourceStream => StreamOf(Source);
    }

    private sealed class FakeAdapter(string name, StreamSource? source) : IAdapter
    {
        public StreamSource? Source { get; } = source;

        public bool Disposed { get; private set; }

        public string Name { get; } = name;

        public IReadOnlyList<StreamDescriptor> Streams { get; } =
            [.. new[] { name, name + "/eye" }.Select(n => new StreamDescriptor { Name = n, Kind = StreamKind.Vector, DType = DType.F32, Shape = [1] })];

        public long Drops => 0;

        public void Run(IStreamOutput output, CancellationToken stop)
        {
        }

        public void Dispose() => Disposed = true;
    }
}
