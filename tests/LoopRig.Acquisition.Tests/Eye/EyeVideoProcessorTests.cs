using LoopRig.Core;
using LoopRig.Simulation.EyeVideo;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class EyeVideoProcessorTests
{
    private const int Width = 320, Height = 240;

    [Fact]
    public void Process_RecordingWithoutACalibration_CalibratesItselfAndWritesIt()
    {
        using TemporaryFile file = new();
        RenderedEye eye = new(new EyeCameraOptions { Width = Width, Height = Height }) { Blinks = false };
        using EyeVideoProcessor processor = Create(file.Path);
        using ReportingOutput output = new();
        Run(processor, eye, output, 900);
        Assert.Empty(output.Reports);
        float[] begin = output.Of(1)[0].Values, last = output.Of(1)[^1].Values, model = output.Of(2)[^1].Values;
        Assert.Equal(0, begin[9]);
        Assert.Equal(1, last[9]);
        Assert.Equal(eye.Projection.EyeX, model[0], 0.03 * eye.Projection.Radius);
        Assert.Equal(eye.Projection.EyeY, model[1], 0.03 * eye.Projection.Radius);
        Assert.Equal(eye.Projection.Radius, model[2], 0.05 * eye.Projection.Radius);
        EyeModelFile first = EyeModelFile.Read(file.Path, Width, Height, noseIsLeft: false);
        Assert.True(first.Frames < 900, $"{first.Frames} frames"); // when it first was good
        processor.Dispose();
        EyeModelFile written = EyeModelFile.Read(file.Path, Width, Height, noseIsLeft: false);
        Assert.True(written.Frames > first.Frames);
        Assert.Equal(model[2], written.Model.RadiusPx, 1e-2);
    }

    [Fact]
    public void Process_CalibrationOfThisEye_IsUsedFromTheFirstFrame()
    {
        using TemporaryFile file = new();
        RenderedEye eye = new(new EyeCameraOptions { Width = Width, Height = Height });
        Write(file.Path, eye.Projection, shift: 0);
        using EyeVideoProcessor processor = Create(file.Path);
        using ReportingOutput output = new();
        Run(processor, eye, output, 600);
        Assert.Empty(output.Reports);
        Assert.All(output.Of(1), m => Assert.Equal(1, m.Values[9]));
    }

    [Theory]
    [InlineData(0.35)] // other angles
    [InlineData(2.0)]  // an eye that is somewhere else
    public void Process_CalibrationThatContradictsTheRecording_IsReportedOnce(double shift)
    {
        using TemporaryFile file = new();
        RenderedEye eye = new(new EyeCameraOptions { Width = Width, Height = Height }) { Blinks = false };
        Write(file.Path, eye.Projection, shift);
        using EyeVideoProcessor processor = Create(file.Path);
        using ReportingOutput output = new();
        long before = RigClock.Now;
        Run(processor, eye, output, 700);
        SourceReport report = Assert.Single(output.Reports);
        Assert.Equal(SourceReportKind.Mismatch, report.Kind);
        Assert.Contains(file.Path, report.Text);
        Assert.Contains("contradicts the recording", report.Text);
        Assert.InRange(report.StartNs, before, RigClock.Now);
        Assert.Equal(0, output.Of(1)[^1].Values[9]);
        TestContext.Current.TestOutputHelper?.WriteLine(report.Text);
    }

    [Theory]
    [InlineData(640, 480, false, true)]
    [InlineData(160, 120, false, false)]
    [InlineData(160, 120, true, true)]
    public void Process_RenderedEye_GivesTheAnglesFromTheMeanGaze(int width, int height, bool bright, bool noseIsLeft)
    {
        const int Frames = 1200;
        RenderedEye eye = new(new EyeCameraOptions { Width = width, Height = height, BrightPupil = bright, NoseIsLeft = noseIsLeft });
        using EyeVideoProcessor processor = new(
            new EyeVideoOptions { Name = "eye", Source = "rendered", NoseIsLeft = noseIsLeft, Pupil = RenderedEye.Pupil(bright) },
            new StreamDescriptor { Name = "frames", Kind = StreamKind.Image, DType = DType.U8, Shape = [height, width] });
        using ReportingOutput output = new();
        List<EyePose> poses = [];
        int[] shape = [height, width];
        for (int frame = 0; frame < Frames; frame++)
        {
            eye.Next(frame);
            poses.Add(eye.Pose);
            processor.Process(FrameHeader.Samples(DType.U8, shape, frame), eye.Picture.Pixels, output);
        }

        CollectedMessage[] pupils = output.Of(1);
        int[] used = [.. Enumerable.Range(600, Frames - 600).Where(i => pupils[i].Values[9] == 1 && !float.IsNaN(pupils[i].Values[3]))];
        Assert.True(used.Length > 450);
        // The origin is the mean gaze so far: a bias that both sides' means take off.
        double thetaBias = used.Average(i => pupils[i].Values[3] - poses[i].ThetaDeg), phiBias = used.Average(i => pupils[i].Values[4] - poses[i].PhiDeg);
        double theta = Median(used.Select(i => Math.Abs(pupils[i].Values[3] - poses[i].ThetaDeg - thetaBias)));
        double phi = Median(used.Select(i => Math.Abs(pupils[i].Values[4] - poses[i].PhiDeg - phiBias)));
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"theta {theta:F2} deg (bias {thetaBias:F2}), phi {phi:F2} deg (bias {phiBias:F2}), {used.Length} frames"));
        Assert.InRange(theta, 0, 0.7);
        Assert.InRange(phi, 0, 0.7);
    }

    [Fact]
    public void Process_Blink_PublishesNaNAngles()
    {
        RenderedEye eye = new(new EyeCameraOptions { Width = Width, Height = Height });
        using EyeVideoProcessor processor = Create(null);
        using ReportingOutput output = new();
        Run(processor, eye, output, 80);
        CollectedMessage closed = output.Of(1)[67]; // the lid is down
        Assert.Equal(1, closed.Values[8]);
        Assert.True(float.IsNaN(closed.Values[0]) && float.IsNaN(closed.Values[3]) && float.IsNaN(closed.Values[4]));
        Assert.False(float.IsNaN(output.Of(1)[50].Values[3]));
    }

    [Fact]
    public void Process_FrameOfAnotherSize_IsReportedAndLeftOut()
    {
        using EyeVideoProcessor processor = Create(null);
        using ReportingOutput output = new();
        long before = RigClock.Now;
        for (int i = 0; i < 3; i++) processor.Process(FrameHeader.Samples(DType.U8, [120, 160], i), new byte[120 * 160], output);
        SourceReport report = Assert.Single(output.Reports);
        Assert.Equal(SourceReportKind.Mismatch, report.Kind);
        Assert.InRange(report.StartNs, before, RigClock.Now);
        Assert.Empty(output.Messages);
    }

    [Fact]
    public void Create_StreamThatIsNoPicture_IsRefused()
    {
        DeviceException e = Assert.Throws<DeviceException>(() =>
            new EyeVideoProcessor(new EyeVideoOptions { Name = "eye", Source = "stream:x" }, new StreamDescriptor { Name = "x", Kind = StreamKind.Vector, DType = DType.F32, Shape = [3] }));
        Assert.Contains("no pictures", e.Message);
    }

    [Fact]
    public void Process_AfterWarmUp_AllocatesNothing()
    {
        RenderedEye eye = new(new EyeCameraOptions { Width = Width, Height = Height });
        using EyeVideoProcessor processor = Create(null);
        AllocationOutput output = new(warmUp: 300);
        Run(processor, eye, output, 500);
        Assert.Equal(0, output.Allocated);
    }

    private static EyeVideoProcessor Create(string? calibration)
        => new(new EyeVideoOptions { Name = "eye", Source = "rendered", Calibration = calibration },
            new StreamDescriptor { Name = "frames", Kind = StreamKind.Image, DType = DType.U8, Shape = [Height, Width] });

    private static void Run(EyeVideoProcessor processor, RenderedEye eye, IStreamOutput output, int frames)
    {
        int[] shape = [Height, Width];
        for (int frame = 0; frame < frames; frame++)
        {
            eye.Next(frame);
            processor.Process(FrameHeader.Samples(DType.U8, shape, frame * 16_666_667L), eye.Picture.Pixels, output);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Write(string path, EyeProjection eye, double shift) => new EyeModelFile
    {
        Width = Width,
        Height = Height,
        NoseIsLeft = false,
        Model = new EyeModel(eye.EyeX + (shift * eye.Radius), eye.EyeY, eye.Radius, 0.17, -0.09),
    }.Write(path);

    private sealed class TemporaryFile : IDisposable
    {
        internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"looprig-eye-{Guid.NewGuid():N}.json");

        public void Dispose() => File.Delete(Path);
    }

    private sealed class ReportingOutput : IStreamOutput, IDisposable
    {
        internal List<SourceReport> Reports { get; } = [];

        internal List<CollectedMessage> Messages { get; } = [];

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (stream > 0) Messages.Add(new CollectedMessage(stream, header, payload.ToArray(), 0));
        }

        public void Report(int stream, in SourceReport report) => Reports.Add(report);

        public void Dispose() => Messages.Clear();

        internal CollectedMessage[] Of(int stream) => [.. Messages.Where(m => m.Stream == stream)];
    }
}
