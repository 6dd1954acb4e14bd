using LoopRig.Core;

namespace LoopRig.Rig.Inception;

/// <summary>The rivals of the most exciting images, all at the same mean and contrast: searched by the same network, so that they are its best of their kind.</summary>
/// <param name="predictor">The network as a function of an image.</param>
/// <param name="contrast">What all images have.</param>
internal sealed class ControlImages(ImagePredictor predictor, double contrast)
{
    private const int Chunk = 2048;
    private const int RefinedGabors = 3;
    private const int RefiningRounds = 12;
    private const int RefiningTries = 48;

    /// <summary>For each unit the images of a pool that it is predicted to answer most, the best first.</summary>
    /// <param name="pool">Images of any contrast.</param>
    /// <param name="units">Places of the units in the network.</param>
    /// <param name="count">How many for each.</param>
    /// <param name="stop">Ends the search.</param>
    public float[][][] BestNatural(float[][] pool, int[] units, int count, CancellationToken stop)
    {
        float[][] matched = [.. pool.Select(image => ImageContrast.Match(image, contrast))];
        var responses = predictor.Predict(matched, units, stop);
        return [.. units.Select((_, u) => Enumerable.Range(0, matched.Length).OrderByDescending(i => responses[i][u]).Take(count).Select(i => matched[i]).ToArray())];
    }

    /// <summary>For each unit the best Gabors: the best of a bank of tens of thousands, each then improved by small steps.</summary>
    /// <param name="units">Places of the units in the network.</param>
    /// <param name="count">How many for each.</param>
    /// <param name="random">Of the steps.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="stop">Ends the search.</param>
    public float[][][] BestGabors(int[] units, int count, SeededRandom random, Action<double> progress, CancellationToken stop)
    {
        var keep = Math.Max(count, RefinedGabors);
        var best = units.Select(_ => new PriorityQueue<GaborPatch, float>()).ToArray();
        GaborPatch[] bank = [.. GaborBank.All(predictor.Height, predictor.Width)];
        for (var first = 0; first < bank.Length; first += Chunk)
        {
            var part = bank.AsSpan(first, Math.Min(Chunk, bank.Length - first)).ToArray();
            var responses = predictor.Predict([.. part.Select(Draw)], units, stop);
            for (var i = 0; i < part.Length; i++)
            {
                for (var u = 0; u < units.Length; u++)
                {
                    best[u].Enqueue(part[i], responses[i][u]);
                    if (best[u].Count > keep)
                    {
                        best[u].Dequeue();
                    }
                }
            }
            progress(0.8 * (first + part.Length) / bank.Length);
        }
        var found = new float[units.Length][][];
        for (var u = 0; u < units.Length; u++)
        {
            var unit = units[u];
            found[u] = [.. best[u].UnorderedItems.Select(item => Refine(item.Element, unit, random, stop)).OrderByDescending(static g => g.Response).Take(count).Select(static g => g.Image)];
            progress(0.8 + 0.2 * (u + 1) / units.Length);
        }
        return found;
    }

    // A search that keeps what is better, in steps that become smaller.
    private (float[] Image, float Response) Refine(GaborPatch start, int unit, SeededRandom random, CancellationToken stop)
    {
        var (patch, image) = (start, Draw(start));
        var response = predictor.Predict([image], [unit], stop)[0][0];
        for (var round = 0; round < RefiningRounds; round++)
        {
            var step = 0.5 * Math.Pow(0.8, round);
            GaborPatch[] tried = [.. Enumerable.Range(0, RefiningTries).Select(_ => patch.Near(random, step))];
            float[][] images = [.. tried.Select(Draw)];
            var responses = predictor.Predict(images, [unit], stop);
            for (var i = 0; i < tried.Length; i++)
            {
                if (responses[i][0] > response)
                {
                    (patch, image, response) = (tried[i], images[i], responses[i][0]);
                }
            }
        }
        return (image, response);
    }

    private float[] Draw(GaborPatch patch) => ImageContrast.Match(patch.Draw(predictor.Height, predictor.Width), contrast);
}
