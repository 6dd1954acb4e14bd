using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Synthesis;

/// <summary>Predicted responses to stimuli that are given.</summary>
public static class Activations
{
    private const int Chunk = 64;

    /// <summary>Responses of units to a batch of images, a chunk at a time; only those units are read out.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">Images [C H W] in network units, one a stimulus.</param>
    /// <param name="units">Indices of units.</param>
    /// <param name="inputs">What the other inputs hold; a network that sees several frames gets each image as a still. Null: their zeros.</param>
    /// <param name="stop">Ends it between chunks.</param>
    /// <returns>[images][units].</returns>
    /// <exception cref="SynthesisException">An image is of another size.</exception>
    public static float[][] Of(INetwork network, IReadOnlyList<float[]> images, IReadOnlyList<int> units, SynthesisInputs? inputs = null, CancellationToken stop = default)
    {
        inputs ??= new SynthesisInputs();
        return OfMovies(network, [.. images.Select(static image => (IReadOnlyList<float[]>)[image])], units, Still(network, inputs), stop);
    }

    /// <summary>The same of movies: mean responses over the frames that count.</summary>
    /// <param name="network">The network.</param>
    /// <param name="movies">[frames][C H W] in network units, one a stimulus; as many frames as <paramref name="inputs"/> say.</param>
    /// <param name="units">Indices of units.</param>
    /// <param name="inputs">Frames, burn-in and what the other inputs hold.</param>
    /// <param name="stop">Ends it between chunks.</param>
    /// <returns>[movies][units].</returns>
    /// <exception cref="SynthesisException">A movie is of another size.</exception>
    public static float[][] OfMovies(INetwork network, IReadOnlyList<IReadOnlyList<float[]>> movies, IReadOnlyList<int> units, SynthesisInputs inputs, CancellationToken stop = default)
    {
        NetworkWindows windows = new(network, inputs);
        using Display display = new(windows.Image, inputs, network.Weights.Device);
        using IProbe probe = network.Probe(ProbedUnits.All(units));
        var responses = new float[movies.Count][];
        int length = display.Channels * display.Height * display.Width;
        for (int first = 0; first < movies.Count; first += Chunk)
        {
            stop.ThrowIfCancellationRequested();
            using NoGrad guard = new();
            using Scope scope = new();
            int count = Math.Min(Chunk, movies.Count - first);
            Tensor stimuli = Tensor.Empty(display.Shape(count));
            Span<float> values = stimuli.AsSpan();
            for (int n = 0; n < count; n++)
            {
                IReadOnlyList<float[]> movie = movies[first + n];
                if (movie.Count != display.Frames || movie.Any(frame => frame.Length != length))
                    throw new SynthesisException($"stimulus {first + n} has {movie.Count} frames of {(movie.Count > 0 ? movie[0].Length : 0)} values, {display.Frames} of {length} are needed");
                for (int t = 0; t < movie.Count; t++)
                    movie[t].CopyTo(values[((n * movie.Count + t) * length)..]);
            }
            Tensor counted = windows.Respond(probe, stimuli.To(display.Device), new Dictionary<string, Tensor>(), null); // [N, F, K]
            float[] means = Functional.Mean(counted, [1]).ToArray();
            for (int n = 0; n < count; n++)
                responses[first + n] = means[(n * units.Count)..((n + 1) * units.Count)];
        }
        return responses;
    }

    /// <summary>The same inputs for stills: as many frames as the network needs for one answer that counts.</summary>
    internal static SynthesisInputs Still(INetwork network, SynthesisInputs inputs)
    {
        if (inputs is { Still: true }) return inputs;
        int frames = inputs.Frames > 1 ? inputs.Frames : network.WindowFrames;
        return inputs with { Still = true, Frames = frames, BurnIn = inputs.Frames > 1 ? inputs.BurnIn : network.AnswersEveryFrame ? frames - 1 : 0 };
    }
}
