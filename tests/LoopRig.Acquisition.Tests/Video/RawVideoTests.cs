using System.Globalization;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using Xunit;

namespace LoopRig.Acquisition.Tests.Video;

public sealed class RawVideoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-raw-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Take_Frames_AreReadBackBitForBitWithTheirTimes(int channels)
    {
        const int Count = 40;
        Image[] frames = Noise(Count, 61, 37, channels); // odd sizes
        using CollectingOutput output = new();
        using (RawVideoRecorder recorder = new(_folder, Descriptor(61, 37, channels), FieldOrder.TopFirst))
        {
            for (int i = 0; i < Count; i++) recorder.Take(frames[i], 100 + i, Header(i, i == 20 ? FrameFlags.NewEpoch : FrameFlags.None), output);
        }

        Assert.Empty(output.Reports);
        using VideoFile video = new(Video);
        Assert.Equal((channels, FieldOrder.TopFirst), (video.Channels, video.FieldOrder));
        Image read = new(61, 37, channels);
        for (int i = 0; i < Count; i++)
        {
            Assert.True(video.TryRead(read, out long time));
            Assert.True(read.Pixels.SequenceEqual(frames[i].Pixels), $"frame {i}");
            Assert.Equal(i * 10_000_000L, time); // whole milliseconds are all that the container keeps; here they are
        }

        Assert.False(video.TryRead(read, out _));
        string[] lines = File.ReadAllLines(Times);
        Assert.Equal("frame,number,epoch,device_ns,host_ns", lines[0]);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i},{100 + i},{(i < 20 ? 0 : 1)},{7_000_000_123 + (i * 10_000_000L)},{9_000_000_000 + i}"), lines[1..]);
    }

    [Fact]
    public void Take_FasterThanTheDisk_SaysWhatIsMissing()
    {
        const int Count = 300;
        Image[] frames = Noise(4, 1280, 960, 1);
        using CollectingOutput output = new();
        long dropped;
        using (RawVideoRecorder recorder = new(_folder, Descriptor(1280, 960, 1), FieldOrder.Progressive))
        {
            for (int i = 0; i < Count; i++) recorder.Take(frames[i % 4], i, Header(i, FrameFlags.None), output);
            recorder.End(output);
            dropped = recorder.Dropped;
        }

        Assert.True(dropped > 0, "the queue never filled: this machine encodes faster than it copies");
        long[] numbers = [.. File.ReadAllLines(Times)[1..].Select(l => long.Parse(l.Split(',')[1], CultureInfo.InvariantCulture))];
        Assert.Equal(Count, numbers.Length + dropped);
        Assert.Equal(numbers, numbers.Order());
        Assert.Equal(dropped, output.Reports.Sum(r => r.Count));
        Assert.All(output.Reports, r => Assert.Equal(SourceReportKind.Dropped, r.Kind));
    }

    [Fact]
    public void Take_NeverFinished_LeavesWhatWasWritten()
    {
        // What a killed process leaves is what it had handed to the system; here the files are looked at while they are still being written.
        const int Count = 12;
        Image[] frames = Noise(Count, 64, 48, 1);
        string copy = Path.Combine(_folder, "killed.mkv");
        using CollectingOutput output = new();
        using RawVideoRecorder recorder = new(_folder, Descriptor(64, 48, 1), FieldOrder.Progressive);
        for (int i = 0; i < Count; i++) recorder.Take(frames[i], i, Header(i, FrameFlags.None), output);
        Assert.True(SpinWait.SpinUntil(() => ReadShared(Times).Count(b => b == '\n') == Count + 1, TimeSpan.FromSeconds(20)));
        File.WriteAllBytes(copy, ReadShared(Video));
        using VideoFile video = new(copy);
        Image read = new(64, 48, 1);
        for (int i = 0; i < Count; i++)
        {
            Assert.True(video.TryRead(read, out _), $"frame {i}");
            Assert.True(read.Pixels.SequenceEqual(frames[i].Pixels), $"frame {i}");
        }
    }

    [Fact]
    public void Run_VideoFileWithRawVideo_RecordsTheWholeFramesBesideTheStream()
    {
        VideoOptions options = new()
        {
            Name = "cam",
            Source = SharedData.Path("eye/eyeloop_short_mouse_noblink.m4v"),
            RawVideo = true,
            Crop = new CropOptions { X = 10, Y = 10, Width = 20, Height = 20 },
        };
        using (VideoAdapter adapter = new(options))
        {
            Assert.True(adapter.WantsVideo);
            adapter.RecordVideoInto(_folder);
            using CollectingOutput output = new(stopAfter: 25);
            adapter.Run(output, output.Stop);
            Assert.Equal(400, output.Messages[0].Payload.Length);
        }

        using VideoFile raw = new(Video), source = new(options.Source);
        Image a = new(raw.Width, raw.Height, 3), b = new(source.Width, source.Height, 3);
        for (int i = 0; i < 25; i++)
        {
            Assert.True(raw.TryRead(a, out _) && source.TryRead(b, out _));
            Assert.True(a.Pixels.SequenceEqual(b.Pixels), $"frame {i}");
        }
    }

    [Fact]
    public void Create_FolderThatIsNotThere_NamesTheFile() =>
        Assert.Contains("cam.mkv", Assert.Throws<DataFileException>(() => new RawVideoRecorder(Path.Combine(_folder, "nowhere"), Descriptor(16, 16, 1), FieldOrder.Progressive)).Message, StringComparison.Ordinal);

    private string Video => Path.Combine(_folder, "cam.mkv");

    private string Times => Path.Combine(_folder, "cam.times.csv");

    private static byte[] ReadShared(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static Image[] Noise(int count, int width, int height, int channels)
    {
        Random random = new(1);
        Image[] images = new Image[count];
        for (int i = 0; i < count; i++)
        {
            images[i] = new Image(width, height, channels);
            random.NextBytes(images[i].Pixels);
        }

        return images;
    }

    private static StreamDescriptor Descriptor(int width, int height, int channels) =>
        new() { Name = "cam", Kind = StreamKind.Image, DType = DType.U8, Shape = channels == 1 ? [height, width] : [height, width, channels], RateHz = 100 };

    private static FrameHeader Header(int i, FrameFlags flags)
    {
        FrameHeader header = FrameHeader.Samples(DType.U8, [1], 7_000_000_123 + (i * 10_000_000L));
        (header.HostTimeNs, header.Flags) = (9_000_000_000 + i, flags);
        return header;
    }
}
