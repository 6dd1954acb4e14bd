using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Inception;

/// <summary>The natural images of a loop and the stimulus files that show them. Everything comes from the seed: written twice, it is the same.</summary>
internal sealed class CollectStimuli(InceptionConfig config, InceptionFolder folder)
{
    /// <summary>Images that the best natural ones are searched among: neither trained on nor shown in collect.</summary>
    private const int Pool = 1000;

    private string RepeatedArray => Path.Combine(folder.Stimuli, "repeated.npy");

    private string PoolArray => Path.Combine(folder.Stimuli, "pool.npy");

    /// <summary>The stimulus file of a block of images that are shown once.</summary>
    public string Block(int block) => Path.Combine(folder.Stimuli, $"collect-{block + 1}.json");

    /// <summary>The stimulus file of the repeated images.</summary>
    public string Repeated => Path.Combine(folder.Stimuli, "repeated.json");

    /// <summary>Makes and writes all of it.</summary>
    /// <returns>Where the images come from.</returns>
    public string Write(int height, int width, CancellationToken stop)
    {
        var blocks = Enumerable.Range(0, config.Collect.Blocks).Select(block => Share(config.Collect.Count, block, config.Collect.Blocks)).ToArray();
        var images = NaturalImages.Make(config.Collect.Images ?? Photographs(), height, width, [config.Collect.Count, config.Collect.Repeated, Pool], (ulong)config.Seed, stop);
        var first = 0;
        for (var block = 0; block < blocks.Length; block++)
        {
            var array = Path.Combine(folder.Stimuli, $"collect-{block + 1}.npy");
            WriteImages(array, images.Groups[0].AsSpan(first, blocks[block]), height, width);
            WriteStimulus(Block(block), "images", Show(Path.GetFileName(array)), config.Seed + block, 1);
            first += blocks[block];
        }
        WriteImages(RepeatedArray, images.Groups[1], height, width);
        WriteStimulus(Repeated, "repeated", Show(Path.GetFileName(RepeatedArray)), config.Seed, config.Collect.Repeats);
        WriteImages(PoolArray, images.Groups[2], height, width);
        return images.Source;
    }

    /// <summary>The repeated images as they were shown, by the labels of their presentations.</summary>
    public (string Label, float[] Pixels)[] ReadRepeated() => [.. ReadImages(RepeatedArray).Select((pixels, i) => (FormattableString.Invariant($"{Path.GetFileName(RepeatedArray)}[{i}]"), pixels))];

    /// <summary>The pool of natural images.</summary>
    public float[][] ReadPool() => ReadImages(PoolArray);

    /// <summary>Writes images as the screen gets them, (N, height, width) uint8.</summary>
    public static void WriteImages(string path, ReadOnlySpan<float[]> images, int height, int width)
    {
        var bytes = new byte[images.Length * height * width];
        for (var i = 0; i < images.Length; i++)
        {
            ImageContrast.ToBytes(images[i]).CopyTo(bytes, i * height * width);
        }
        NpyFile.Write<byte>(path, bytes, images.Length, height, width);
    }

    /// <summary>Writes a stimulus file with one stimulus.</summary>
    public static void WriteStimulus(string path, string name, JsonObject stimulus, int seed, int repeats)
    {
        var file = new JsonObject
        {
            ["seed"] = seed,
            ["stimuli"] = new JsonObject { [name] = stimulus },
            // Gray at both ends: the first bins have no past, and the last presentation needs a flip that ends it. Twenty bins of 48 ms: images that stay for whole bins begin with them.
            ["sequence"] = new JsonObject { ["repeats"] = repeats, ["redraw"] = true, ["beforeSeconds"] = 0.96, ["afterSeconds"] = 0.96 },
        };
        File.WriteAllText(path, file.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    // Those of the data folder, where there is one.
    private static string? Photographs() =>
        ConfigPaths.FindDataFolder() is { } data && Path.Combine(data, "macaque_v4", "images") is var images && Directory.Exists(images) ? images : null;

    private JsonObject Show(string array) => new()
    {
        ["kind"] = "images",
        ["path"] = array,
        ["seconds"] = config.Collect.Seconds,
        ["blankSeconds"] = config.Collect.BlankSeconds,
    };

    private static float[][] ReadImages(string path)
    {
        using var file = new NpyFile(path);
        var values = new double[file.RowLength];
        var images = new float[file.Rows][];
        for (var i = 0; i < images.Length; i++)
        {
            file.ReadRow(i, values);
            images[i] = Array.ConvertAll(values, static value => (float)(value / 255));
        }
        return images;
    }

    private static int Share(int count, int block, int blocks) => (int)((long)count * (block + 1) / blocks - (long)count * block / blocks);
}
