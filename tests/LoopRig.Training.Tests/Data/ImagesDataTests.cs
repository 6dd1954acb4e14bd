using System.Diagnostics;
using System.IO.Compression;
using LoopRig.Core;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class ImagesDataTests(ITestOutputHelper output)
{
    private static readonly InputSpec s_colour = new() { Name = "image", Kind = InputKind.Image, Channels = 3, Height = 56, Width = 56 };

    [Fact]
    public void Open_MacaqueV4_GivesEightSessionsWithTheirImagesInOrder()
    {
        var config = new ImagesConfig { Folder = SharedData.Folder("macaque_v4") };
        Assert.Equal((3, 112, 112), (config.Offered()[0].Channels, config.Offered()[0].Height, config.Offered()[0].Width));
        var watch = Stopwatch.StartNew();
        IReadOnlyList<SessionData> sessions = config.Open([s_colour]);
        output.WriteLine($"8 sessions, {sessions.Sum(static session => session.Data.Length)} images in {watch.Elapsed.TotalSeconds:F2} s");
        try
        {
            Assert.Equal(["190925", "190927", "190928", "190929", "210224", "210305", "210322", "210621"], sessions.Select(static session => session.Name));
            Assert.Equal([36, 31, 24, 33, 67, 70, 59, 51], sessions.Select(static session => session.Data.UnitIds.Length));
            Assert.Equal([1200, 1200, 1200, 1200, 800, 400, 1200, 1200], sessions.Select(static session => session.Data.Length));
            foreach (SessionData session in sessions)
            {
                DataSplit split = session.Split(1);
                Assert.All(split.Test, static bin => Assert.Equal(0, bin % 5));
                Assert.Equal(session.Data.Length / 5, split.Test.Length);
                LeakAssert.NothingShared(session, 1);
                foreach (string note in session.Data.Notes)
                    output.WriteLine(note);
            }
            // Column 1 of unit 0 of the first session, read another way.
            using var file = new NpyFile(Path.Combine(config.Folder, "responses", "responses_190925.npy"));
            using var scope = new Scope();
            Assert.Equal((float)file.ReadDoubles()[1], sessions[0].Data.Targets([1], 0).ToArray()[0]);
        }
        finally
        {
            foreach (SessionData session in sessions)
                session.Data.Dispose();
        }
    }

    [Fact]
    public void Open_MacaqueV4_DecodesPicturesAsOtherLibrariesDo()
    {
        string folder = SharedData.Folder("macaque_v4");
        Assert.SkipUnless(Python.IsAvailable, "python3 with PIL and numpy is absent");
        using Dataset data = new ImagesConfig { Folder = folder, Sessions = ["210305"] }.Open([s_colour])[0].Data;
        float[] expected = Python.Decode(Path.Combine(folder, "images", "images_210305.zip"), "image0007.jpg", 56);
        using var scope = new Scope();
        float[] actual = data.Windows(0, data.Inputs[0], [6], 1).ToArray();
        Assert.Equal(expected.Length, actual.Length);
        double mean = expected.Zip(actual, static (a, b) => Math.Abs((double)a - b)).Average();
        output.WriteLine($"mean difference {mean * 255:F3} grey levels");
        Assert.True(mean < 0.6 / 255);      // rounding to whole grey levels after the resize is 0.25 on average
    }

    [Fact]
    public void Open_MouseV1_KeepsRepeatsOfAnImageTogether()
    {
        var config = new ImagesConfig { Folder = SharedData.Folder("mouse_v1_natural_images"), Split = new RandomSplit { Seed = 3 } };
        Assert.Equal((1, 31, 31), (config.Offered()[0].Channels, config.Offered()[0].Height, config.Offered()[0].Width));
        IReadOnlyList<SessionData> sessions = config.Open([new InputSpec { Name = "image", Kind = InputKind.Image, Height = 31, Width = 31 }]);
        Assert.Equal(["region1", "region2"], sessions.Select(static session => session.Name));
        Assert.Equal([500, 400], sessions.Select(static session => session.Data.Length));
        Assert.Equal([103, 55], sessions.Select(static session => session.Data.UnitIds.Length));
        using var inputs = new NpyFile(Path.Combine(config.Folder, "region2", "validation_inputs.npy"));
        double[] pixels = inputs.ReadDoubles();
        foreach (SessionData session in sessions)
        {
            LeakAssert.NothingShared(session, 1);
            Assert.Equal(50, session.Data.Repeats!.Distinct().Count());
            Assert.Equal(session.Data.Length / 5, session.Split(1).Test.Length);
            using var scope = new Scope();
            float[] image = session.Data.Windows(0, session.Data.Inputs[0], [53], 1).ToArray();
            for (int pixel = 0; pixel < 961; pixel++)
                Assert.Equal(pixels[3 * 961 + pixel] * 1e6 / 255, image[pixel], 1e-5);
            session.Data.Dispose();
        }
    }

    [Fact]
    public void Open_ResponsesToFewerImages_NamesBothFiles()
    {
        using var set = new ToyImages(12);
        NpyFile.Write(set.Responses, new double[2 * 11], 2, 11);
        string message = Assert.Throws<DataFileException>(() => set.Open()).Message;
        Assert.Contains("12 pictures", message, StringComparison.Ordinal);
        Assert.Contains("responses_a.npy has responses to 11", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AMissingNumber_NamesIt()
    {
        using var set = new ToyImages(12);
        using (ZipArchive archive = ZipFile.Open(set.Pictures, ZipArchiveMode.Update))
            archive.GetEntry("image0005.jpg")!.Delete();
        Assert.Contains("image 5 is missing", Assert.Throws<DataFileException>(() => set.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ADamagedPicture_NamesIt()
    {
        using var set = new ToyImages(12);
        using (ZipArchive archive = ZipFile.Open(set.Pictures, ZipArchiveMode.Update))
        {
            archive.GetEntry("image0003.jpg")!.Delete();
            using Stream stream = archive.CreateEntry("image0003.jpg").Open();
            stream.Write(new byte[300]);
        }
        Assert.Contains("image0003.jpg is no picture", Assert.Throws<DataFileException>(() => set.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BytesThatAreNotThoseOfTheArchive_AreNoticed()
    {
        using var set = new ToyImages(12);
        byte[] bytes = File.ReadAllBytes(set.Pictures);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.WriteAllBytes(set.Pictures, bytes);
        string message = Assert.Throws<DataFileException>(() => set.Open()).Message;
        Assert.Contains("images_a.zip", message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ACutArchive_NamesIt()
    {
        using var set = new ToyImages(12);
        byte[] bytes = File.ReadAllBytes(set.Pictures);
        File.WriteAllBytes(set.Pictures, bytes[..(bytes.Length / 2)]);
        Assert.Contains("images_a.zip", Assert.Throws<DataFileException>(() => set.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_APictureShownUnderTwoNumbers_StaysInOnePart()
    {
        using var set = new ToyImages(20, same: (7, 10));     // 7 fits, 10 is test
        using Dataset data = set.Open().Data;
        SessionData session = set.Open();
        LeakAssert.NothingShared(session, 1);
        Assert.DoesNotContain(7, session.Split(1).Fit);
        Assert.Contains(10, session.Split(1).Test);
        Assert.Contains("1 images are left out", Assert.Single(session.Data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnInfiniteResponseOfARegion_NamesFileImageAndUnit()
    {
        using var set = new ToyRegions(10, 3);
        double[] responses = new double[2 * 10 * 3];
        responses[(10 + 4) * 3 + 2] = double.NegativeInfinity;
        NpyFile.Write(set.Folder.Of("region1", "raw_validation_set.npy"), responses, 2, 10, 3);
        string message = Assert.Throws<DataFileException>(() => set.Config.Open([new InputSpec { Name = "image", Kind = InputKind.Image, Height = 8, Width = 8 }])).Message;
        Assert.Contains("raw_validation_set.npy", message, StringComparison.Ordinal);
        Assert.Contains("unit 2 to image 4, repeat 1, is infinite", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnImageWithoutResponses_LeavesItOutAndCounts()
    {
        using var set = new ToyImages(12);
        double[] responses = new double[2 * 12];
        responses[4] = responses[12 + 4] = responses[12 + 7] = double.NaN;
        NpyFile.Write(set.Responses, responses, 2, 12);
        using Dataset data = set.Open().Data;
        Assert.Equal(11, data.Length);
        var activity = new float[2];
        Assert.True(data.TryReadActivity(6, activity));     // image 7, without the 4th before it
        Assert.Equal([false, true], activity.Select(float.IsNaN));
        Assert.Contains("1 presentations without any response", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OneImage_SaysThatItCannotBeSplit()
    {
        using var set = new ToyImages(1);
        Assert.Contains("1 images of session a cannot be split: none is left for fit", Assert.Throws<LoopRigException>(() => set.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherFolder_SaysWhatIsMissing()
        => Assert.Contains("no image set", Assert.Throws<DataFileException>(() => new ImagesConfig { Folder = AppContext.BaseDirectory }.Open([s_colour])).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_AnAbsentSession_ListsThoseThere()
    {
        using var set = new ToyImages(12);
        Assert.Contains("there is no session b; there are a", Assert.Throws<LoopRigException>(() => (set.Config with { Sessions = ["b"] }).Open([s_colour])).Message, StringComparison.Ordinal);
    }
}
