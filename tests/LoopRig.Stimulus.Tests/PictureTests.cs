using LoopRig.Core;
using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Stimulus.Tests;

public sealed class PictureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-pictures").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Draw_ImageOfTheScreensSize_IsPixelForPixel()
    {
        var pixels = Noise(2 * 48 * 64, 1);
        NpyFile.Write<byte>(Path("images.npy"), pixels, 2, 48, 64);
        using var screen = new OffScreen($$"""{ "monitor": { "widthPx": 64, "heightPx": 48 }, "stimuli": { "i": { "kind": "images", "path": "{{Path("images.npy")}}", "shuffle": false, "blankSeconds": 0.1 } } }""");
        Assert.All(screen.Draw(0), p => Assert.Equal(128, p));
        Assert.Equal(pixels[..(48 * 64)], screen.Draw(6));
        Assert.Equal(pixels[(48 * 64)..], screen.Draw(6 + 30 + 6));
    }

    [Fact]
    public void Draw_Movie_ShowsTheFrameThatIsDue()
    {
        var pixels = new byte[10 * 8 * 8];
        for (var i = 0; i < 10; i++)
        {
            pixels.AsSpan(i * 64, 64).Fill((byte)(20 * i));
        }
        NpyFile.Write<byte>(Path("movie.npy"), pixels, 1, 10, 8, 8);
        using var screen = new OffScreen($$"""{ "monitor": { "widthPx": 16, "heightPx": 16 }, "stimuli": { "m": { "kind": "movie", "path": "{{Path("movie.npy")}}", "rateHz": 24, "blankSeconds": 0 } } }""");
        Assert.Equal(25, screen.Plan.Frames); // 10 / 24 s at 60 Hz
        for (var frame = 0; frame < 25; frame++)
        {
            Assert.Equal(20 * Math.Min(9, frame * 24 / 60), screen.Draw(frame)[0]);
        }
    }

    [Fact]
    public void Plan_MovieOfAnotherSize_IsRefused()
    {
        NpyFile.Write<byte>(Path("movie.npy"), Noise(4 * 36, 2), 1, 4, 6, 6);
        var error = Assert.Throws<RigConfigException>(() => new OffScreen($$"""{ "stimuli": { "m": { "kind": "movie", "path": "{{Path("movie.npy")}}", "size": { "heightPx": 144, "widthPx": 256 } } } }"""));
        Assert.Contains("6 x 6", error.Message);
        Assert.Contains("stimuli.m.size", error.Message);
    }

    [Fact]
    public void Draw_ImageInAnAperture_FadesIntoGray()
    {
        NpyFile.Write<byte>(Path("white.npy"), Enumerable.Repeat((byte)255, 64).ToArray(), 1, 8, 8);
        using var screen = new OffScreen($$"""
            { "monitor": { "widthPx": 552, "heightPx": 310 },
              "stimuli": { "i": { "kind": "images", "path": "{{Path("white.npy")}}", "blankSeconds": 0, "aperture": { "radiusDeg": 20, "edgeDeg": 10 } } } }
            """);
        var pixels = screen.Draw(0);
        var aperture = new Aperture { RadiusDeg = 20, EdgeDeg = 10 };
        for (var i = 0; i < pixels.Length; i += 31)
        {
            var offset = screen.Plan.Geometry.DegreesAbout(default, screen.Plan.Geometry.PointOf(i % screen.Width, i / screen.Width));
            var alpha = aperture.Alpha(Math.Sqrt(offset.AzimuthDeg * offset.AzimuthDeg + offset.ElevationDeg * offset.ElevationDeg));
            Assert.Equal(128 + 127 * alpha, pixels[i], 1.0);
        }
        Assert.Contains(pixels, p => p is > 180 and < 200);
    }

    [Fact]
    public void Draw_ImageOfAWidthInDegrees_EndsThere()
    {
        NpyFile.Write<byte>(Path("white.npy"), Enumerable.Repeat((byte)255, 64).ToArray(), 1, 8, 8);
        using var screen = new OffScreen($$"""{ "monitor": { "widthPx": 1104, "heightPx": 620 }, "stimuli": { "i": { "kind": "images", "path": "{{Path("white.npy")}}", "blankSeconds": 0, "widthDeg": 40 } } }""");
        var row = screen.Draw(0).AsSpan(310 * 1104, 1104).ToArray();
        Assert.Equal(-20, screen.Plan.Geometry.AngleOf(screen.Plan.Geometry.PointOf(Array.IndexOf(row, (byte)255) - 0.5, 310)).AzimuthDeg, 0.2);
        Assert.Equal(20, screen.Plan.Geometry.AngleOf(screen.Plan.Geometry.PointOf(Array.LastIndexOf(row, (byte)255) + 0.5, 310)).AzimuthDeg, 0.2);
    }

    [Fact]
    public void Plan_SetForAnotherNetwork_IsRefused()
    {
        NpyFile.Write<float>(Path("frames.npy"), [.. Noise(2 * 36, 3).Select(p => p / 255f)], 2, 6, 6);
        new MeiSet { NetworkHash = "abc", Preset = "xu", Seed = 1, Frames = "frames.npy", Items = [new() { Name = "a", Unit = "7" }, new() { Name = "b" }] }.Save(Path("set.json"));
        var json = $$"""{ "monitor": { "widthPx": 16, "heightPx": 16 }, "stimuli": { "s": { "kind": "mei-set", "path": "{{Path("set.json")}}", "networkHash": "HASH", "repeats": 2 } } }""";
        Assert.Contains("abc", Assert.Throws<RigConfigException>(() => new OffScreen(json)).Message);
        using var screen = new OffScreen(json.Replace("HASH", "abc", StringComparison.Ordinal));
        Assert.Equal(["a", "a", "b", "b"], screen.Plan.Segments.Select(s => s.Label).Where(l => l.Length > 0).Order());
    }

    [Fact]
    public void Plan_SetThatNamesMoreThanItsArray_IsRefused()
    {
        NpyFile.Write<byte>(Path("frames.npy"), Noise(36, 3), 1, 6, 6);
        new MeiSet { NetworkHash = "abc", Preset = "xu", Frames = "frames.npy", Items = [new() { Name = "a" }, new() { Name = "b" }] }.Save(Path("set.json"));
        Assert.Throws<RigConfigException>(() => new OffScreen($$"""{ "stimuli": { "s": { "kind": "mei-set", "path": "{{Path("set.json")}}" } } }"""));
    }

    [Fact]
    public void Prepare_ArrayOfAnotherUnit_NamesFileAndValue()
    {
        NpyFile.Write<float>(Path("wrong.npy"), [.. Enumerable.Repeat(12f, 36)], 1, 6, 6);
        var error = Assert.Throws<DataFileException>(() => new OffScreen($$"""{ "stimuli": { "i": { "kind": "images", "path": "{{Path("wrong.npy")}}" } } }"""));
        Assert.Contains("holds 12", error.Message);
    }

    [Fact]
    public void Draw_SparseNoise_HasItsSquares()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 64, "heightPx": 36 }, "stimuli": { "n": { "kind": "sparse-noise", "rows": 9, "columns": 16, "squares": 6, "seconds": 2 } } }""");
        for (var frame = 0; frame < 120; frame += 6)
        {
            var pixels = screen.Draw(frame);
            Assert.Equal((3 * 16, 3 * 16), (pixels.Count(p => p == 255), pixels.Count(p => p == 0)));
            Assert.Equal(pixels, screen.Draw(frame + 5));
        }
    }

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    private static byte[] Noise(int count, ulong seed)
    {
        var random = new SeededRandom(seed, "pixels");
        return [.. Enumerable.Range(0, count).Select(_ => (byte)random.Below(256))];
    }
}
