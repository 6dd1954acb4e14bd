using LoopRig.Core;

namespace LoopRig.Training.Tests;

/// <summary>An image set on disk whose units answer to the left and the right half of 8 x 8 pictures; a region a session.</summary>
internal sealed class ToyRegions : IDisposable
{
    private const int Side = 8, Repeats = 2;

    internal ToyRegions(int images, params int[] units)
    {
        for (int region = 0; region < units.Length; region++)
            Write(Path.Combine(Folder.Path, $"region{region + 1}"), images, units[region], new Random(region));
    }

    internal TempFolder Folder { get; } = new();

    internal ImagesConfig Config => new() { Folder = Folder.Path };

    /// <summary>A small vision-only network on this data.</summary>
    internal TrainConfig Train(int epochs = 3) => new()
    {
        Network = new Models.XuRecipe { Behaviour = "none", Shifter = false, Height = Side, Width = Side, ConvolutionChannels = [4], Dropout = 0.3 },
        Data = Config,
        Training = new TrainingOptions { Epochs = epochs, Patience = 100, BatchSize = 16, Optimiser = new AdamWConfig { LearningRate = 5e-3 } },
        Seed = 4,
        Test = false,
    };

    public void Dispose() => Folder.Dispose();

    private static void Write(string folder, int images, int units, Random random)
    {
        Directory.CreateDirectory(folder);
        var pixels = new double[images * Side * Side];
        var responses = new double[Repeats * images * units];
        for (int image = 0; image < images; image++)
        {
            double[] half = [random.Next(20, 230), random.Next(20, 230)];
            for (int pixel = 0; pixel < Side * Side; pixel++)
                pixels[image * Side * Side + pixel] = (int)(half[pixel % Side * 2 / Side] + random.Next(-20, 20)) * 1e-6;
            for (int repeat = 0; repeat < Repeats; repeat++)
                for (int unit = 0; unit < units; unit++)
                    responses[(repeat * images + image) * units + unit] = Math.Max(0, half[unit % 2] / 50 + random.NextDouble() - 0.5);
        }
        NpyFile.Write(Path.Combine(folder, "validation_inputs.npy"), pixels, images, Side * Side);
        NpyFile.Write(Path.Combine(folder, "raw_validation_set.npy"), responses, Repeats, images, units);
    }
}
