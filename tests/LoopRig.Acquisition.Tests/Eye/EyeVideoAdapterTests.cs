using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class EyeVideoAdapterTests
{
    [Fact]
    public void Run_RealEye_PublishesPicturesAndPupils()
    {
        VideoAdapter adapter = Open(new EyeVideoOptions
        {
            Name = "eye",
            Source = SharedData.Path("eye/eyeloop_short_mouse_noblink.m4v"),
            Pace = Pace.FullSpeed,
            Crop = new CropOptions { X = 30, Y = 20, Width = 130, Height = 120 },
            DegreesPerPixel = 0.9,
            NoseIsLeft = true,
        });
        StreamDescriptor pupil = adapter.Streams[1];
        Assert.Equal("eye/pupil", pupil.Name);
        Assert.Equal(pupil.Channels.Length, pupil.Units.Length);
        using CollectingOutput output = CollectingOutput.RunAll(adapter);
        CollectedMessage[] pupils = output.Of(1);
        Assert.Equal(309, pupils.Length);
        Assert.Equal(130 * 120, output.Of(0)[0].Payload.Length);

        int x = Array.IndexOf(pupil.Channels, BehaviourVariables.PupilX), y = Array.IndexOf(pupil.Channels, BehaviourVariables.PupilY);
        int theta = Array.IndexOf(pupil.Channels, BehaviourVariables.Theta), phi = Array.IndexOf(pupil.Channels, BehaviourVariables.Phi);
        double meanX = pupils.Average(p => (double)p.Values[x]), meanY = pupils.Average(p => (double)p.Values[y]);
        Assert.InRange(meanX, 65, 85); // in the picture that is published
        Assert.InRange(meanY, 48, 60);
        Assert.Equal(0, pupils[0].Values[theta]);
        float[] last = pupils[^1].Values;
        Assert.Equal(-0.9 * (last[x] - meanX), last[theta], 0.01); // the mean since the start is by now the mean of all
        Assert.Equal(-0.9 * (last[y] - meanY), last[phi], 0.01);
        Assert.Equal(output.Of(0)[77].Header.DeviceTimeNs, pupils[77].Header.DeviceTimeNs);
    }

    [Fact]
    public void Run_VideoWithoutAnEye_PublishesNaN()
    {
        using CollectingOutput output = CollectingOutput.RunAll(
            Open(new EyeVideoOptions
            {
                Name = "eye",
                Source = SharedData.Path("natural_video/udacity_solidWhiteRight.mp4"),
                Pace = Pace.FullSpeed,
                Pupil = new PupilTrackerOptions { MinConfidence = 0.99, MinRadiusPx = 100 },
            }),
            stopAfter: 11);
        Assert.Equal(5, output.Of(1).Length);
        Assert.All(output.Of(1), m => Assert.True(float.IsNaN(m.Values[0]) && float.IsNaN(m.Values[3]) && !float.IsNaN(m.Values[7])));
    }

    private static VideoAdapter Open(EyeVideoOptions options) => new(options, (frames, _) => new EyeVideoProcessor(options, frames));
}
