using System.Net;
using System.Net.Sockets;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using Xunit;

namespace LoopRig.Native.Tests.OpenCv;

public sealed class VideoFileTests
{
    // Sizes, frames and rates as the data's README lists them.
    [Theory]
    [InlineData("eye/eyeloop_short_mouse_noblink.m4v", 192, 184, 309, 15)]
    [InlineData("worldcam/gopro_max-heromode.mp4", 848, 480, 315, 29.97)]
    [InlineData("worldcam/gopro_karma.mp4", 854, 480, 362, 29.97)]
    [InlineData("natural_video/udacity_solidWhiteRight.mp4", 960, 540, 221, 25)]
    public void TryRead_RealVideo_GivesEveryFrameWithItsTime(string file, int width, int height, int frames, double rateHz)
    {
        using VideoFile video = new(SharedData.Path(file));
        Assert.Equal((width, height), (video.Width, video.Height));
        Image frame = new(width, height, 3);
        long first = 0, last = long.MinValue;
        int count = 0, shared = 0;
        for (; video.TryRead(frame, out long time); count++)
        {
            Assert.True(time >= last, $"frame {count}: {time} after {last}");
            if (time == last) shared++;
            if (count == 0) first = time;
            last = time;
        }

        Assert.Equal(frames, count);
        Assert.Equal(0, video.UndecodablePackets);
        Assert.InRange(shared, 0, 1); // the eye video's first two frames carry the same time in the file itself
        Assert.Equal(rateHz, (count - 1) / ((last - first) / 1e9), rateHz * 0.05);
        long sum = 0;
        foreach (byte value in frame.Pixels) sum += value;
        Assert.InRange(sum / (double)frame.Pixels.Length, 5, 250); // a picture, not an empty buffer
    }

    [Fact]
    public void TryRead_AfterWarmUp_AllocatesNothing()
    {
        using VideoFile video = new(SharedData.Path("eye/eyeloop_short_mouse_noblink.m4v"));
        Image frame = new(video.Width, video.Height, 3);
        for (int i = 0; i < 20; i++) video.TryRead(frame, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++) video.TryRead(frame, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Interrupt_EndsTheVideo()
    {
        using VideoFile video = new(SharedData.Path("worldcam/gopro_karma.mp4"));
        Image frame = new(video.Width, video.Height, 3);
        Assert.True(video.TryRead(frame, out _));
        video.Interrupt();
        int left = 0;
        while (video.TryRead(frame, out _)) left++;
        Assert.InRange(left, 0, 200); // what was read from the disk already, not the whole file
    }

    [Fact]
    public void TryRead_DamagedInTheMiddle_GoesOnWithTheRest()
    {
        byte[] bytes = File.ReadAllBytes(SharedData.Path("natural_video/udacity_solidWhiteRight.mp4"));
        new Random(1).NextBytes(bytes.AsSpan(bytes.Length / 3, 2000));
        string path = Path.Combine(Path.GetTempPath(), $"looprig-{Guid.NewGuid():N}.mp4");
        try
        {
            File.WriteAllBytes(path, bytes);
            using VideoFile video = new(path);
            Image frame = new(video.Width, video.Height, 3);
            long last = 0;
            int count = 0;
            for (; video.TryRead(frame, out long time); count++) last = time;
            Assert.InRange(count, 200, 221);
            Assert.InRange(last, 8_700_000_000, 8_900_000_000);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task TryRead_DamagedStream_LeavesOutWhatTheDecoderMadeUp()
    {
        byte[] bytes = await File.ReadAllBytesAsync(SharedData.Path("natural_video/udacity_solidWhiteRight.mp4"), TestContext.Current.CancellationToken);
        new Random(1).NextBytes(bytes.AsSpan(bytes.Length / 3, 2000));
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serve = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync(bytes);
        }, TestContext.Current.CancellationToken);
        using VideoFile video = new($"tcp://{listener.LocalEndpoint}");
        Assert.True(video.IsLive);
        Image frame = new(video.Width, video.Height, 3);
        int count = 0;
        while (video.TryRead(frame, out _)) count++;
        await serve;
        Assert.InRange(video.UndecodablePackets, 1, 30); // a group of pictures refers to what is damaged
        Assert.InRange(count + video.UndecodablePackets, 215, 221);
    }

    [Fact]
    public void TryRead_OverHttp_GivesTheSameFramesAsTheFile()
    {
        string path = SharedData.Path("eye/eyeloop_short_mouse_noblink.m4v");
        using HttpFile server = new(path);
        using VideoFile remote = new(server.Url);
        using VideoFile local = new(path);
        Image remoteFrame = new(remote.Width, remote.Height, 3);
        Image localFrame = new(local.Width, local.Height, 3);
        int count = 0;
        for (; local.TryRead(localFrame, out long localTime); count++)
        {
            Assert.True(remote.TryRead(remoteFrame, out long remoteTime));
            Assert.Equal(localTime, remoteTime);
            Assert.True(localFrame.Pixels.SequenceEqual(remoteFrame.Pixels));
        }

        Assert.False(remote.TryRead(remoteFrame, out _));
        Assert.Equal(309, count);
    }

    [Fact]
    public void Open_UrlThatNobodyServes_NamesIt()
        => Assert.Contains("http://127.0.0.1:1/eye.mp4", Assert.Throws<DeviceException>(() => new VideoFile("http://127.0.0.1:1/eye.mp4")).Message);

    [Fact]
    public void Open_MissingFile_NamesIt()
        => Assert.Contains("/nowhere/eye.mp4: no such file", Assert.Throws<DeviceException>(() => new VideoFile("/nowhere/eye.mp4")).Message);

    [Fact]
    public void Open_FileThatIsNoVideo_NamesIt()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "not a video");
            Assert.Contains(path, Assert.Throws<DeviceException>(() => new VideoFile(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
