using LoopRig.Native.OpenCv;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Tests.Live;

public sealed class VideoRunTests : IDisposable
{
    private const int Width = 160;
    private const int Height = 120;
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-video-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Execute_VideoAndTopCameraOnItsStream_TracksAndKeepsTheRawVideoBesideTheSession()
    {
        var file = Path.Combine(_folder, "arena.mkv");
        Render(file, 90);
        var config = new RigConfig
        {
            Subject = new SubjectConfig { Id = "test" },
            Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Adapters =
            [
                new TopCameraConfig { Name = "top", Source = "stream:arena", PixelsPerCm = 4, BodyLengthPx = 30 },
                new VideoConfig { Name = "arena", Source = file, RawVideo = true },
            ],
        };

        var summary = LiveRun.Execute(config, new RunOptions { Seconds = 2, Output = TextWriter.Null }, TestContext.Current.CancellationToken);

        Assert.Null(summary.Fault);
        using var reader = new SessionReader(summary.Session!);
        var (pictures, places) = (reader.Index.Find("arena")!.Messages.Count, reader.Index.Find("top")!.Messages.Count);
        Assert.InRange(pictures, 20, 90);
        Assert.InRange(places, pictures - 3, pictures);
        Assert.Contains("speed", reader.Index.Find("top")!.Descriptor!.Channels);

        using VideoFile raw = new(Path.Combine(summary.Session!, "arena.mkv")), source = new(file);
        Image a = new(Width, Height, 1), b = new(Width, Height, 1);
        var frames = 0;
        for (; raw.TryRead(a, out _); frames++)
        {
            Assert.True(source.TryRead(b, out _) && a.Pixels.SequenceEqual(b.Pixels), $"frame {frames}");
        }
        Assert.InRange(frames, pictures, pictures + 1); // the last one may have met the stop
        Assert.Equal(frames + 1, File.ReadAllLines(Path.Combine(summary.Session!, "arena.times.csv")).Length);
    }

    [Fact]
    public void Preflight_RawVideo_CountsForTheDisk()
    {
        var file = Path.Combine(_folder, "arena.mkv");
        Render(file, 10);
        var config = new RigConfig
        {
            Subject = new SubjectConfig { Id = "test" },
            Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Adapters = [new VideoConfig { Name = "arena", Source = file, RawVideo = true, Crop = new CropConfig { Width = 16, Height = 12 } }],
        };

        var lines = Preflight.Run(config, TestContext.Current.CancellationToken);

        Assert.Contains("at 0.6 MB/s", lines.Single(l => l.Check == "disk").Text, StringComparison.Ordinal); // 160 x 120 bytes at 30 Hz, and the small stream
    }

    // A dark disc that walks over a bright floor.
    private static void Render(string file, int frames)
    {
        using var writer = new VideoWriter(file, Width, Height, 1, 30, FieldOrder.Progressive);
        var image = new Image(Width, Height, 1);
        for (var i = 0; i < frames; i++)
        {
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    image.Row(y)[x] = Math.Pow((x - 30 - i) / 14.0, 2) + Math.Pow((y - 60) / 8.0, 2) < 1 ? (byte)20 : (byte)180;
                }
            }
            writer.Write(image, i * 33_000_000L);
        }
    }
}
