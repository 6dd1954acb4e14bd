using System.Runtime.InteropServices;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class TopCameraProcessorTests
{
    private const double RateHz = 30;
    private const double Radius = 70;
    private const double TurnPerFrame = 0.02; // rad: 42 px/s on the circle

    [Fact]
    public void Process_RenderedMouseOnACircle_FollowsPlaceHeadingAndSpeed()
    {
        RenderedArena arena = new();
        List<Seen> seen = Walk(arena, frames: 400);
        Assert.All(seen, s => Assert.True(s.Found));
        Assert.InRange(Quantile(seen, s => s.Error, 0.5), 0, 1.5);
        Assert.InRange(seen.Max(s => s.Error), 0, 6);
        Assert.InRange(Quantile(seen, s => s.HeadingError, 0.5), 0, 6);
        Assert.InRange(seen.Max(s => s.HeadingError), 0, 40); // never turned round, from the first frame on
        Assert.All(seen.Skip(30), s => Assert.InRange(s.Speed, 0.9 * Radius * TurnPerFrame * RateHz, 1.1 * Radius * TurnPerFrame * RateHz));
    }

    [Fact]
    public void Process_LightDimsThenIsSwitched_LosesNothing()
    {
        RenderedArena arena = new();
        List<Seen> seen = Walk(arena, 600, i => arena.Light = i < 300 ? 1 - (i * 0.5 / 300) : i < 450 ? 0.8 : 0.55);
        Assert.All(seen, s => Assert.True(s.Found));
        Assert.InRange(Quantile(seen, s => s.Error, 0.99), 0, 4);
    }

    [Fact]
    public void Process_SoftShadow_IsNotTheMouse()
    {
        RenderedArena arena = new() { ShadowLeft = 0.75 };
        List<Seen> seen = Walk(arena, 400);
        Assert.All(seen, s => Assert.True(s.Found));
        Assert.InRange(Quantile(seen, s => s.Error, 0.95), 0, 3);
        Assert.InRange(Quantile(seen, s => s.HeadingError, 0.95), 0, 15);
    }

    [Fact]
    public void Process_MouseThatSitsForTenMinutes_StaysAndLeavesNoGhost()
    {
        RenderedArena arena = new();
        using Follower follower = new(arena);
        double x = 0, y = 0, heading = 0;
        for (int i = 0; i < 100; i++)
        {
            (x, y, heading) = OnCircle(i);
            follower.See(x, y, heading);
        }

        for (int i = 0; i < 600; i++)
        {
            arena.Light = 1 - (0.2 * Math.Sin(i / 100.0));
            Seen sitting = follower.See(x, y, heading, seconds: 1);
            Assert.True(sitting.Found && sitting.Error < 4, $"second {i}: {sitting}");
            Assert.InRange(sitting.Speed, 0, 3);
        }

        for (int i = 100; i < 300; i++)
        {
            (double atX, double atY, double atHeading) = OnCircle(i);
            Seen walking = follower.See(atX, atY, atHeading);
            Assert.True(walking.Found && walking.Error < 6, $"frame {i}: {walking}");
        }
    }

    [Fact]
    public void Process_DarkThingOfItsSize_IsNotTakenForTheMouseThatMoves()
    {
        RenderedArena arena = new() { Thing = (60, 190) };
        List<Seen> seen = Walk(arena, 300);
        Assert.All(seen.Skip(30), s => Assert.True(s.Found && s.Error < 6, s.ToString()));
    }

    [Fact]
    public void Process_EmptyArena_IsNotFoundAndNaN()
    {
        RenderedArena arena = new();
        using Follower follower = new(arena);
        for (int i = 0; i < 30; i++) Assert.False(follower.See(double.NaN, 0, 0).Found);
        Assert.All(follower.Values[..5], v => Assert.True(float.IsNaN(v)));
        Assert.Equal(0, follower.Values[5]);
    }

    [Fact]
    public void Process_BrightMouse_IsFoundWhenToldSo()
    {
        RenderedArena arena = new() { Bright = true };
        List<Seen> seen = Walk(arena, 120, options: Options with { BrightMouse = true });
        Assert.All(seen, s => Assert.True(s.Found && s.Error < 6, s.ToString()));
    }

    [Fact]
    public void Process_NewEpoch_BeginsAnew()
    {
        RenderedArena arena = new();
        using Follower follower = new(arena);
        for (int i = 0; i < 60; i++) follower.See(80, 120, 0);
        Seen elsewhere = follower.See(240, 60, 90, newEpoch: true); // far from the last place, and still where it was in the old background
        Assert.True(elsewhere.Found && elsewhere.Error < 4, elsewhere.ToString());
        Assert.Equal(0, elsewhere.Speed); // the way from the old place is none that it walked
    }

    [Fact]
    public void Streams_WithAScale_HaveTheCanonicalSpeedInCentimetres()
    {
        RenderedArena arena = new();
        using TopCameraProcessor unscaled = new(Options, arena.Frames);
        Assert.Equal(["x", "y", "heading", "speed_px", "area", "found"], unscaled.Streams[0].Channels);
        using TopCameraProcessor scaled = new(Options with { PixelsPerCm = 5 }, arena.Frames);
        Assert.Equal(BehaviourVariables.Speed, scaled.Streams[0].Channels[3]);
        Assert.Equal("cm/s", scaled.Streams[0].Units[3]);
        List<Seen> seen = Walk(arena, 60, options: Options with { PixelsPerCm = 5, BodyLengthPx = RenderedArena.BodyLength });
        Assert.InRange(seen[^1].Speed, 0.9 * 8.4, 1.1 * 8.4);
    }

    [Fact]
    public void Process_Cropped_GivesPlacesInTheWholePicture()
    {
        List<Seen> seen = Walk(new RenderedArena(), 60, options: Options with { Crop = new CropOptions { X = 40, Y = 16, Width = 260, Height = 220 } });
        Assert.All(seen, s => Assert.True(s.Found && s.Error < 4, s.ToString()));
    }

    [Fact]
    public void Process_AfterWarmUp_AllocatesNothing()
    {
        RenderedArena arena = new();
        using Follower follower = new(arena);
        for (int i = 0; i < 20; i++) follower.See(150 + i, 120, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) follower.Again();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Run_RealVideo_FindsTheMouseInEveryFrame()
    {
        TopCameraOptions options = new() { Name = "top", Source = SharedData.Path("mouse_video/dlc_openfield_m3v1mp4.mp4"), Pace = Pace.FullSpeed };
        using CollectingOutput output = CollectingOutput.RunAll(new VideoAdapter(options, (frames, _) => new TopCameraProcessor(options, frames)), stopAfter: 900);
        Assert.Equal(900, output.Messages.Count);
        float[]? last = null;
        foreach (CollectedMessage message in output.Messages)
        {
            float[] now = message.Values;
            Assert.Equal(1, now[5]);
            if (last is not null) Assert.InRange(Math.Sqrt(Math.Pow(now[0] - last[0], 2) + Math.Pow(now[1] - last[1], 2)), 0, 15); // it does not jump to something else
            if (last is not null) Assert.InRange(Math.Abs(Math.IEEERemainder(now[2] - last[2], 360)), 0, 60);
            last = now;
        }
    }

    private static TopCameraOptions Options => new() { Name = "top", Source = "stream:frames" };

    private static (double X, double Y, double HeadingDeg) OnCircle(int frame)
    {
        double angle = frame * TurnPerFrame;
        return (160 + (Radius * Math.Cos(angle)), 125 + (Radius * Math.Sin(angle)), (-angle * 180 / Math.PI) - 90);
    }

    private static List<Seen> Walk(RenderedArena arena, int frames, Action<int>? change = null, TopCameraOptions? options = null)
    {
        using Follower follower = new(arena, options);
        List<Seen> seen = [];
        for (int i = 0; i < frames; i++)
        {
            change?.Invoke(i);
            (double x, double y, double heading) = OnCircle(i);
            seen.Add(follower.See(x, y, heading));
        }

        return seen;
    }

    private static double Quantile(List<Seen> seen, Func<Seen, double> of, double share) => seen.Select(of).Order().ElementAt((int)(share * (seen.Count - 1)));

    private readonly record struct Seen(bool Found, double Error, double HeadingError, double Speed);

    private sealed class Follower(RenderedArena arena, TopCameraOptions? options = null) : IStreamOutput, IDisposable
    {
        private readonly TopCameraProcessor _processor = new(options ?? Options, arena.Frames);
        private FrameHeader _header = FrameHeader.Samples(DType.U8, arena.Frames.Shape, 0);

        internal float[] Values { get; } = new float[6];

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => MemoryMarshal.Cast<byte, float>(payload).CopyTo(Values);

        public void Dispose() => _processor.Dispose();

        internal Seen See(double x, double y, double heading, double seconds = 1 / RateHz, bool newEpoch = false)
        {
            arena.Draw(x, y, heading);
            _header.DeviceTimeNs += (long)(seconds * 1e9);
            _header.Flags = newEpoch ? FrameFlags.NewEpoch : FrameFlags.None;
            Again();
            double error = Math.Sqrt(Math.Pow(Values[0] - x, 2) + Math.Pow(Values[1] - y, 2));
            return new Seen(Values[5] == 1, error, Math.Abs(Math.IEEERemainder(Values[2] - heading, 360)), Values[3]);
        }

        internal void Again() => _processor.Process(_header, arena.Pixels, this);
    }
}
