using LoopRig.Core;
using LoopRig.Native.OpenCv;
using Xunit;

namespace LoopRig.Acquisition.Tests.Video;

public sealed class PictureProcessorTests
{
    private const int Width = 96;
    private const int Height = 48;
    private const long Period = 40_000_000;
    private const int Step = 4; // px that the bar moves from field to field

    [Theory]
    [InlineData(FieldOrder.TopFirst)]
    [InlineData(FieldOrder.BottomFirst)]
    public void Process_InterlacedBar_GivesAWholeBarAtEachFieldsTimeAndPlace(FieldOrder order)
    {
        Collected[] pictures = Play(order, order);
        Assert.Equal(19, pictures.Length); // ten frames; the first one's length is not known yet
        int[] fields = [0, .. Enumerable.Range(2, 18)];
        for (int i = 0; i < pictures.Length; i++)
        {
            Assert.Equal(fields[i] * Period / 2, pictures[i].TimeNs);
            Assert.Equal(BarCentre(fields[i]), pictures[i].BarCentre, 0.01);
            Assert.Equal(0, Combing(pictures[i].Pixels), 0.01);
        }

        Assert.True(Combing(Weave(order, 3)) > 10); // the frames themselves are combed
    }

    [Fact]
    public void Process_WrongFieldOrder_MovesBackAndForth()
    {
        Collected[] pictures = Play(FieldOrder.TopFirst, FieldOrder.BottomFirst);
        double[] steps = [.. pictures.Skip(1).Zip(pictures.Skip(2), (a, b) => b.BarCentre - a.BarCentre)];
        Assert.Contains(steps, s => s < 0);
        Assert.Contains(steps, s => s > Step);
        Assert.All(Play(FieldOrder.TopFirst, FieldOrder.TopFirst).Skip(1).Zip(Play(FieldOrder.TopFirst, FieldOrder.TopFirst).Skip(2), (a, b) => b.BarCentre - a.BarCentre), s => Assert.Equal(Step, s, 0.01));
    }

    [Fact]
    public void Process_CropThatBeginsInAnOddRow_KeepsTheFieldsApart()
    {
        Collected[] pictures = Play(FieldOrder.TopFirst, FieldOrder.TopFirst, new CropOptions { X = 0, Y = 7, Width = Width, Height = 30 });
        Assert.All(pictures, p => Assert.Equal(0, Combing(p.Pixels), 0.01));
        Assert.Equal(Enumerable.Range(2, 18).Select(i => BarCentre(i)), pictures.Skip(1).Select(p => Math.Round(p.BarCentre, 2)));
    }

    [Fact]
    public void Process_StillScene_IsTheSameInBothFields()
    {
        // A vertical ramp: interpolated rows lie exactly between, so that nothing bobs up and down.
        byte[] ramp = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(2 * (i / Width)))];
        Collected[] pictures = Play(FieldOrder.TopFirst, _ => ramp, null, 3);
        Assert.All(pictures, p => Assert.All(Enumerable.Range(1, Height - 2), y => Assert.Equal(2 * y, p.Pixels[y * Width])));
    }

    [Fact]
    public void Process_LostFrame_DoesNotStretchTheFields()
    {
        using PictureProcessor processor = new(Options(null), Frames, FieldOrder.TopFirst);
        using CollectingOutput output = new();
        foreach (int frame in new[] { 0, 1, 2, 3, 5, 6 }) Process(processor, Weave(FieldOrder.TopFirst, frame), frame * Period, FrameFlags.None, output);
        Assert.All(output.Messages.Skip(1).Chunk(2), pair => Assert.Equal(Period / 2, pair[1].Header.DeviceTimeNs - pair[0].Header.DeviceTimeNs));
        Process(processor, Weave(FieldOrder.TopFirst, 7), 9_000 * Period, FrameFlags.NewEpoch, output);
        Assert.Equal(12, output.Messages.Count); // of a new epoch the interval is not known
        Assert.Equal(FrameFlags.NewEpoch, output.Messages[^1].Header.Flags);
    }

    [Fact]
    public void Process_FramesThatBecomeSlower_AreFollowed()
    {
        using PictureProcessor processor = new(Options(null), Frames, FieldOrder.TopFirst);
        using CollectingOutput output = new();
        for (int i = 0; i < 12; i++) Process(processor, Weave(FieldOrder.TopFirst, i % 8), i < 4 ? i * Period : (4 + (2 * (i - 4))) * Period, FrameFlags.None, output);
        Assert.Equal(Period, output.Messages[^1].Header.DeviceTimeNs - output.Messages[^2].Header.DeviceTimeNs); // half of the new interval
    }

    [Fact]
    public void Process_FrameOfAnotherSize_IsLeftOutAndTold()
    {
        using PictureProcessor processor = new(Options(null), Frames, FieldOrder.Progressive);
        using CollectingOutput output = new();
        long before = RigClock.Now;
        processor.Process(FrameHeader.Samples(DType.U8, [10, 10], 0), new byte[100], output); // a source that leaves the host's time to the publisher
        Assert.Empty(output.Messages);
        SourceReport report = Assert.Single(output.Reports);
        Assert.Equal(SourceReportKind.Mismatch, report.Kind);
        Assert.InRange(report.StartNs, before, RigClock.Now);
        Assert.Equal(report.StartNs, report.EndNs);
    }

    [Fact]
    public void Run_FileThatSaysItsFieldOrder_IsTakenApartByItself()
    {
        string path = Path.Combine(Path.GetTempPath(), $"looprig-{Guid.NewGuid():N}.mkv");
        try
        {
            using (VideoWriter writer = new(path, Width, Height, 1, 25, FieldOrder.BottomFirst))
            {
                Image image = new(Width, Height, 1);
                for (int i = 0; i < 10; i++)
                {
                    Weave(FieldOrder.BottomFirst, i).CopyTo(image.Pixels);
                    writer.Write(image, i * Period);
                }
            }

            VideoOptions options = new() { Name = "worldcam", Source = path, Pace = Pace.FullSpeed, Derived = [new(24, 48)] };
            using VideoAdapter adapter = new(options);
            Assert.Equal(50, adapter.Streams[0].RateHz);
            using CollectingOutput output = new();
            adapter.Run(output, CancellationToken.None);
            CollectedMessage[] pictures = output.Of(0);
            Assert.Equal((19, 19), (pictures.Length, output.Of(1).Length));
            Assert.Equal(Enumerable.Range(2, 18).Select(i => BarCentre(i)), pictures.Skip(1).Select(p => Math.Round(Bar(p.Payload), 2)));
            using CollectingOutput whole = CollectingOutput.RunAll(new VideoAdapter(options with { Interlacing = Interlacing.None }));
            Assert.Equal(10, whole.Of(0).Length);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static StreamDescriptor Frames => new() { Name = "frames", Kind = StreamKind.Image, DType = DType.U8, Shape = [Height, Width], RateHz = 25 };

    private static VideoOptions Options(CropOptions? crop) => new() { Name = "worldcam", Source = "stream:frames", Crop = crop };

    private static double BarCentre(int field) => 10 + (Step * field);

    // Field 2 n and 2 n + 1 are frame n; a bar of 6 px on dark ground.
    private static byte[] Weave(FieldOrder order, int frame)
    {
        byte[] pixels = new byte[Width * Height];
        for (int y = 0; y < Height; y++)
        {
            bool first = (y % 2 == 0) == (order == FieldOrder.TopFirst);
            double centre = BarCentre((2 * frame) + (first ? 0 : 1));
            for (int x = 0; x < Width; x++) pixels[(y * Width) + x] = Math.Abs(x - centre) < 3 ? (byte)200 : (byte)40;
        }

        return pixels;
    }

    private static Collected[] Play(FieldOrder drawn, FieldOrder told, CropOptions? crop = null) => Play(told, frame => Weave(drawn, frame), crop, 10);

    private static Collected[] Play(FieldOrder told, Func<int, byte[]> draw, CropOptions? crop, int frames)
    {
        using PictureProcessor processor = new(Options(crop), Frames, told);
        using CollectingOutput output = new();
        for (int i = 0; i < frames; i++) Process(processor, draw(i), i * Period, FrameFlags.None, output);
        return [.. output.Messages.Select(m => new Collected(m.Header.DeviceTimeNs, m.Payload, Bar(m.Payload)))];
    }

    private static void Process(PictureProcessor processor, byte[] pixels, long time, FrameFlags flags, IStreamOutput output)
    {
        FrameHeader header = FrameHeader.Samples(DType.U8, [Height, Width], time);
        header.Flags = flags;
        processor.Process(header, pixels, output);
    }

    private static double Bar(byte[] pixels)
    {
        double weight = 0, sum = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            weight += pixels[i] - 40;
            sum += (pixels[i] - 40) * (i % Width);
        }

        return sum / weight;
    }

    // How far each row is from the mean of its neighbours, grey levels.
    private static double Combing(byte[] pixels)
    {
        double sum = 0;
        int rows = pixels.Length / Width;
        for (int y = 1; y < rows - 1; y++)
        {
            for (int x = 0; x < Width; x++) sum += Math.Abs(pixels[(y * Width) + x] - ((pixels[((y - 1) * Width) + x] + pixels[((y + 1) * Width) + x]) / 2.0));
        }

        return sum / ((rows - 2) * Width);
    }

    private sealed record Collected(long TimeNs, byte[] Pixels, double BarCentre);
}
