using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Simulation.HeadFixed;
using LoopRig.Simulation.Neurons;
using Xunit;

namespace LoopRig.Simulation.Tests.HeadFixed;

public sealed class HeadFixedMouseTests
{
    private const int Height = 36, Width = 64;
    private const long FlipNs = Cortex.TickNs;
    private const int FlipsPerPicture = 30;
    private static readonly MonitorDescription s_monitor = new() { WidthCm = 40, HeightCm = 22.5, DistanceCm = 25 };

    [Fact]
    public void Process_SameSeedSessionAndFrames_GivesTheSameStreams()
    {
        byte[][] pictures = Noise(1, 20);
        List<(int, FrameHeader, byte[])> first = Show(Mouse(), pictures), again = Show(Mouse(), pictures), other = Show(Mouse(session: 1), pictures);
        Assert.Equal(first.Count, again.Count);
        Assert.All(first.Zip(again), pair => Assert.True(pair.First.Item1 == pair.Second.Item1 && pair.First.Item2.DeviceTimeNs == pair.Second.Item2.DeviceTimeNs && pair.First.Item3.SequenceEqual(pair.Second.Item3)));
        Assert.NotEqual(Counts(first).SelectMany(c => c), Counts(other).SelectMany(c => c));
        // The other session is of the same animal.
        Assert.Equal(Mouse().Truth.Units.Select(u => u.Unit.OrientationDeg), Mouse(session: 1).Truth.Units.Select(u => u.Unit.OrientationDeg));
    }

    [Fact]
    public void Process_FramesThatComeLate_ChangeNothingButTheHandOver()
    {
        // The frames of half a second come at once, as after a stall: the animal saw them when they were shown.
        byte[][] pictures = Noise(2, 4);
        List<(int, FrameHeader, byte[])> steady = Show(Mouse(), pictures), stalled = Show(Mouse(), pictures, hostLagNs: RigClock.SecondNs / 2);
        Assert.Equal(Counts(steady).SelectMany(c => c), Counts(stalled).SelectMany(c => c));
    }

    [Fact]
    public void Process_TwoShowingsOfPictures_CorrelateAsTheReliabilitySays()
    {
        byte[][] pictures = Textures(400);
        double[][] one = Responses(Show(Mouse(), pictures), pictures.Length), two = Responses(Show(Mouse(session: 1), pictures), pictures.Length);
        IReadOnlyList<ScreenUnit> units = Mouse().Truth.Units;
        double[] found = [.. units.Select((_, unit) => Correlation.Pearson(Column(one, unit), Column(two, unit)))];
        // Each is a correlation of 400 pairs; the mean over the units is what can be told apart.
        Assert.Equal(units.Average(u => u.Reliability), found.Average(), 0.05);
        Assert.True(Correlation.Pearson([.. units.Select(u => (float)u.Reliability)], [.. found.Select(f => (float)f)]) > 0.8);
        Assert.True(units.Average(u => u.Reliability) > 0.5);
    }

    [Fact]
    public void Process_SpikeTriggeredAverageOfNoise_IsTheReceptiveField()
    {
        HeadFixedMouse mouse = Mouse();
        byte[][] pictures = Noise(3, 4000);
        double[][] responses = Responses(Show(mouse, pictures, flips: 6), pictures.Length, flips: 6);
        var geometry = new MonitorGeometry(s_monitor);
        var found = new List<double>();
        for (int unit = 0; unit < mouse.Truth.Units.Count; unit++)
        {
            if (mouse.Truth.Units[unit].Unit.Kind != UnitKind.Simple)
                continue;
            double mean = Column(responses, unit).Average();
            var average = new float[Height * Width];
            for (int picture = 0; picture < pictures.Length; picture++)
            {
                for (int at = 0; at < average.Length; at++)
                    average[at] += (float)(responses[picture][unit] - mean) * (pictures[picture][at] - 128f);
            }
            var field = new float[average.Length];
            new ReceptiveField(mouse.Truth.Units[unit], geometry, Height, Width).AddPreferred(field, 1);
            found.Add(Correlation.Pearson(average, field));
        }
        Assert.True(found.Average() > 0.5, $"mean correlation {found.Average():F3}");
        Assert.True(found.Min() > 0.3, $"least correlation {found.Min():F3}");
    }

    [Fact]
    public void Process_AStepOnTheScreen_IsAnsweredAfterTheLatency()
    {
        HeadFixedMouse mouse = Mouse();
        // Each unit's best picture, one after the other, with gray between: the mean course of the drive rises when the truth says.
        var geometry = new MonitorGeometry(s_monitor);
        byte[] gray = new byte[Height * Width];
        Array.Fill(gray, (byte)128);
        var pictures = new List<byte[]>();
        foreach (ScreenUnit unit in mouse.Truth.Units)
        {
            var field = new float[gray.Length];
            new ReceptiveField(unit, geometry, Height, Width).AddPreferred(field, 1);
            float most = field.Max(Math.Abs);
            pictures.Add(gray);
            pictures.Add([.. field.Select(f => (byte)Math.Clamp(128 + f / most * 100, 0, 255))]);
        }
        List<(int Stream, FrameHeader Header, byte[] Payload)> messages = Show(mouse, [.. pictures]);
        var course = new double[10];
        foreach ((_, FrameHeader header, byte[] payload) in messages.Where(m => m.Stream == 2))
        {
            long bin = (header.DeviceTimeNs - Cortex.BinNs) / Cortex.BinNs;
            int picture = (int)(bin / 10);
            if (picture % 2 == 1 && picture < pictures.Count)
                course[bin % 10] += MemoryMarshal.Cast<byte, float>(payload)[picture / 2];
        }
        // The mean over a bin crosses half of the plateau in the bin that holds the latency.
        double half = course[4..].Average() / 2;
        Assert.True(course[0] < half && course[1] > half, string.Join(" ", course.Select(c => c.ToString("F1"))));
        Assert.InRange(mouse.Truth.LatencyMs, 30, 60);
    }

    [Fact]
    public void Picture_OfEachUnit_IsTheGaborsPhaseOnTheScreen()
    {
        // Around the screen's edge too, where a degree is more pixels than in the middle.
        var geometry = new MonitorGeometry(s_monitor);
        foreach (ScreenUnit unit in Mouse().Truth.Units)
        {
            GaborPatch gabor = GaborPatch.Of(unit.Unit);
            var at = new ScreenPoint(2 * unit.Picture.X - 1, (2 * unit.Picture.Y - 1) * geometry.Aspect);
            const double Step = 1e-3;
            double Phase(double u, double v)
            {
                VisualAngle offset = geometry.DegreesAbout(gabor.Centre, new ScreenPoint(at.U + u, at.V + v));
                double orientation = gabor.OrientationDeg * Math.PI / 180;
                return gabor.CyclesPerDegree * (offset.ElevationDeg * Math.Cos(orientation) - offset.AzimuthDeg * Math.Sin(orientation));
            }
            double alongU = (Phase(Step, 0) - Phase(-Step, 0)) / (2 * Step), alongV = (Phase(0, Step) - Phase(0, -Step)) / (2 * Step);
            Assert.Equal(2 * Math.Sqrt(alongU * alongU + alongV * alongV), unit.Picture.CyclesPerWidth, 1e-3 * unit.Picture.CyclesPerWidth);
            (double sin, double cos) = Math.SinCos(unit.Picture.OrientationDeg * Math.PI / 180);
            Assert.Equal(0, (alongU * cos - alongV * sin) / Math.Sqrt(alongU * alongU + alongV * alongV), 1e-3);
            Assert.InRange(unit.Picture.X, 0.15, 0.85);
            Assert.InRange(unit.Picture.Y, 0.15, 0.85);
        }
    }

    [Fact]
    public void Process_FramesOfAnotherSize_AreToldAndNotSeen()
    {
        HeadFixedMouse mouse = Mouse();
        var output = new Recorded();
        mouse.Process(Header(Cortex.BinNs), new byte[Height * Width], output);
        mouse.Process(Header(2 * Cortex.BinNs), new byte[7], output);
        mouse.Process(Header(3 * Cortex.BinNs), new byte[7], output);
        Assert.Single(output.Reports);
        Assert.Equal(SourceReportKind.Mismatch, output.Reports[0].Kind);
    }

    [Fact]
    public void Constructor_StreamThatIsNoPicture_SaysWhatBelongsThere()
    {
        DeviceException error = Assert.Throws<DeviceException>(() => new HeadFixedMouse(
            new HeadFixedOptions { Name = "mouse", Monitor = s_monitor, Units = 1 }, Frames() with { Kind = StreamKind.Vector, DType = DType.F32, Shape = [3] }));
        Assert.Contains("frames", error.Message);
    }

    [Fact]
    public void Process_FrameByFrame_AllocatesNothing()
    {
        HeadFixedMouse mouse = Mouse();
        byte[] picture = Noise(4, 1)[0];
        var output = new Nowhere();
        for (int flip = 0; flip < 200; flip++)
            mouse.Process(Header(Cortex.BinNs + flip * FlipNs), picture, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int flip = 200; flip < 2200; flip++)
            mouse.Process(Header(Cortex.BinNs + flip * FlipNs), picture, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(output.Messages > 5000);
    }

    private static HeadFixedMouse Mouse(ulong session = 0) => new(new HeadFixedOptions { Name = "mouse", Monitor = s_monitor, Units = 16, Session = session }, Frames());

    private static StreamDescriptor Frames() => new() { Name = "display/frames", Kind = StreamKind.Image, DType = DType.U8, Shape = [Height, Width] };

    private static FrameHeader Header(long shownNs, long hostNs = 0) => FrameHeader.Samples(DType.U8, [Height, Width], shownNs) with { HostTimeNs = hostNs == 0 ? shownNs : hostNs };

    // Each picture for so many flips.
    private static List<(int Stream, FrameHeader Header, byte[] Payload)> Show(HeadFixedMouse mouse, byte[][] pictures, int flips = FlipsPerPicture, long hostLagNs = 0)
    {
        var output = new Recorded();
        for (int flip = 0; flip <= pictures.Length * flips + 12; flip++)
        {
            long shownNs = Cortex.BinNs + flip * FlipNs;
            mouse.Process(Header(shownNs, hostLagNs > 0 ? (shownNs / hostLagNs + 1) * hostLagNs : 0), pictures[Math.Min(flip / flips, pictures.Length - 1)], output);
        }
        return output.Messages;
    }

    private static IEnumerable<ushort[]> Counts(List<(int Stream, FrameHeader Header, byte[] Payload)> messages)
        => messages.Where(m => m.Stream == 0).Select(m => MemoryMarshal.Cast<byte, ushort>(m.Payload).ToArray());

    // Counts of each picture, the response's latency (a bin) taken off.
    private static double[][] Responses(List<(int Stream, FrameHeader Header, byte[] Payload)> messages, int pictures, int flips = FlipsPerPicture)
    {
        ushort[][] counts = [.. Counts(messages)];
        int bins = flips / Cortex.TicksPerBin;
        return [.. Enumerable.Range(0, pictures).Select(picture => Enumerable.Range(0, counts[0].Length)
            .Select(unit => Enumerable.Range(picture * bins + 1, bins).Where(bin => bin < counts.Length).Sum(bin => (double)counts[bin][unit])).ToArray())];
    }

    private static float[] Column(double[][] responses, int unit) => [.. responses.Select(response => (float)response[unit])];

    private static byte[][] Noise(ulong seed, int pictures)
    {
        var random = new SeededRandom(seed, "noise");
        return [.. Enumerable.Range(0, pictures).Select(_ => Enumerable.Range(0, Height * Width).Select(_ => (byte)(random.Uniform() < 0.5 ? 8 : 248)).ToArray())];
    }

    private static byte[][] Textures(int pictures)
    {
        var sight = new ScreenSight(77, Height, Width);
        return [.. Enumerable.Range(0, pictures).Select(picture =>
        {
            for (int tick = 0; tick < ScreenSight.PictureTicks; tick++)
                sight.See((picture * ScreenSight.PictureTicks + tick) * Cortex.TickNs);
            return sight.Contrast.ToArray().Select(c => (byte)Math.Clamp(128 + 128 * c, 0, 255)).ToArray();
        })];
    }

    private sealed class Recorded : IStreamOutput
    {
        public List<(int Stream, FrameHeader Header, byte[] Payload)> Messages { get; } = [];

        public List<SourceReport> Reports { get; } = [];

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => Messages.Add((stream, header, payload.ToArray()));

        public void Report(int stream, in SourceReport report) => Reports.Add(report);
    }

    private sealed class Nowhere : IStreamOutput
    {
        public int Messages { get; private set; }

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => Messages++;
    }
}
