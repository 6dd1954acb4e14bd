using LoopRig.Core;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Simulated;
using LoopRig.Simulation;

namespace LoopRig.Rig.Tests.Simulated;

public sealed class SimulatedPipelineTests
{
    [Fact]
    public void Publish_InterlacedWorldcam_ComesOutAsPicturesAtTheirOwnTimes()
    {
        using var mouse = new DigitalMouse(new MouseOptions { Units = 2, WorldcamInterlaced = true });
        var kept = new Kept();
        using var pipeline = new SimulatedPipeline(mouse.Streams, [new VideoConfig { Name = "camera", Source = "stream:worldcam", Interlaced = Interlacing.TopFirst }], kept.Open);
        mouse.Advance(RigClock.SecondNs, pipeline);
        var woven = kept.Of("worldcam");
        var pictures = kept.Of("camera");
        Assert.Equal(31, woven.Length);
        Assert.Equal(61, pictures.Length); // of the first frame only the first field: how long a frame lasts is not known yet
        Assert.Equal(62.5, kept.Streams.Single(s => s.Name == "camera").RateHz);
        Assert.Equal([0L, .. Enumerable.Range(2, 60).Select(field => field * 16_000_000L)], pictures.Select(p => p.Header.DeviceTimeNs));
        for (var i = 1; i < pictures.Length; i++)
        {
            // A field's own rows are as the camera took them.
            var (frame, field) = ((i + 1) / 2, (i + 1) % 2);
            Assert.Equal(woven[frame].Payload.AsSpan((2 + field) * 80, 80), pictures[i].Payload.AsSpan((2 + field) * 80, 80));
        }
    }

    [Fact]
    public void Publish_ThroughTwoStages_CarriesTimesAndMarksTheFirstSample()
    {
        using var mouse = new DigitalMouse(new MouseOptions { Units = 2 });
        var kept = new Kept();
        using var pipeline = new SimulatedPipeline(mouse.Streams,
        [
            new VideoConfig { Name = "crop", Source = "stream:eyecam", Crop = new CropConfig { Width = 160, Height = 120 } },
            new EyeVideoConfig { Name = "eye", Source = "stream:crop" },
        ], kept.Open);
        mouse.Advance(RigClock.SecondNs, pipeline);
        var (frames, pupils) = (kept.Of("eyecam"), kept.Of("eye/pupil"));
        Assert.Equal(frames.Select(f => (f.Header.DeviceTimeNs, f.Header.HostTimeNs)), pupils.Select(p => (p.Header.DeviceTimeNs, p.Header.HostTimeNs)));
        Assert.Equal([.. Enumerable.Range(0, frames.Length).Select(i => i == 0)], pupils.Select(p => p.Header.Flags.HasFlag(FrameFlags.NewEpoch)));
    }

    [Fact]
    public void Constructor_StreamThatIsNotThere_NamesIt()
    {
        using var mouse = new DigitalMouse(new MouseOptions { Units = 2 });
        var error = Assert.Throws<LoopRigException>(() => new SimulatedPipeline(mouse.Streams, [new EyeVideoConfig { Name = "eye", Source = "stream:eyecamera" }], new Kept().Open));
        Assert.Contains("'eyecamera'", error.Message);
    }

    private sealed class Kept : IStreamOutput
    {
        private readonly List<(int Stream, FrameHeader Header, byte[] Payload)> _messages = [];

        public IReadOnlyList<StreamDescriptor> Streams { get; private set; } = [];

        public IStreamOutput Open(IReadOnlyList<StreamDescriptor> streams)
        {
            Streams = [.. streams];
            return this;
        }

        public (FrameHeader Header, byte[] Payload)[] Of(string stream)
        {
            var index = Streams.ToList().FindIndex(s => s.Name == stream);
            return [.. _messages.Where(m => m.Stream == index).Select(m => (m.Header, m.Payload))];
        }

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => _messages.Add((stream, header, payload.ToArray()));
    }
}
