using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Export;
using LoopRig.Stimulus.Pictures;
using LoopRig.Stimulus.Rendering;
using Xunit;

namespace LoopRig.Stimulus.Tests;

/// <summary>The stimulus files of the checkout.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-stimuli").FullName;

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Path.Combine(Root(), "rig-configs", "stimuli"), "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void Write_ExampleInASmallSize_GivesFramesSheetAndTrials(string name)
    {
        var (plan, display) = Open(name);
        using (display)
        {
            using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
            var frames = Math.Min(plan.Frames, 90);
            var result = StimulusExport.Write(plan, renderer, _folder, new ExportOptions { Format = ExportFormat.Npy, Frames = frames }, null, TestContext.Current.CancellationToken);
            using var pixels = new NpyFile(Path.Combine(_folder, "frames.npy"));
            Assert.Equal([frames, 90, 160], pixels.Shape);
            Assert.Equal(pixels.Data.Length, frames * 90 * 160);
            Assert.True(plan.Segments[0].Pattern is UniformPattern || pixels.Data.ContainsAnyExcept((byte)128));
            Assert.True(Imaging.Read(result.Sheet, grey: true).Pixels.ContainsAnyExcept((byte)200));
            Assert.Contains("\"segments\"", File.ReadAllText(result.Trials));
            Assert.Empty(plan.Warnings);
        }
    }

    [Fact]
    public void Write_Video_IsLosslessAndOfTheSameHashAsTheArray()
    {
        var (plan, display) = Open("gabor.json");
        using (display)
        {
            using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
            var (a, b) = (Path.Combine(_folder, "a"), Path.Combine(_folder, "b"));
            var array = StimulusExport.Write(plan, renderer, a, new ExportOptions { Format = ExportFormat.Npy, Frames = 20 }, null, TestContext.Current.CancellationToken);
            var video = StimulusExport.Write(plan, renderer, b, new ExportOptions { Format = ExportFormat.Video, Frames = 20 }, null, TestContext.Current.CancellationToken);
            Assert.Equal(array.Sha256, video.Sha256);
            using var pixels = new NpyFile(Path.Combine(a, "frames.npy"));
            using var file = new VideoFile(Path.Combine(b, "frames.mkv"));
            var image = new Image(160, 90, 1);
            for (var frame = 0; frame < 20; frame++)
            {
                Assert.True(file.TryRead(image, out _));
                Assert.True(image.Pixels.SequenceEqual(pixels.Data.Slice(frame * image.Pixels.Length, image.Pixels.Length)));
            }
        }
    }

    private static (StimulusPlan Plan, SurfacelessDisplay Display) Open(string name)
    {
        var path = Path.Combine(Root(), "rig-configs", "stimuli", name);
        var data = Environment.GetEnvironmentVariable("LOOPRIG_DATA") ?? Path.Combine(Root(), "..", "shared", "data");
        Assert.SkipWhen(!Directory.Exists(data) && File.ReadAllText(path).Contains("LOOPRIG_DATA", StringComparison.Ordinal), $"no folder {data}");
        var file = StimulusFile.Load(path, data);
        var plan = file.Plan(file.Monitor! with { WidthPx = 160, HeightPx = 90 }, new PictureFiles());
        try
        {
            return (plan, new SurfacelessDisplay());
        }
        catch (NativeLibraryException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LoopRig.sln")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }
}
