using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Gives a network's inputs their values out of what a reader found: one stream of images and series of behaviour.</summary>
/// <param name="Source">What the data are called in an error.</param>
/// <param name="Offered">The image in its native size.</param>
/// <param name="Images">Its values, (C,H,W).</param>
/// <param name="Series">Behaviour by name, one value a bin.</param>
/// <param name="Unbroken">For each bin the bins up to and with it that follow each other.</param>
/// <param name="DifferenceFromZero">See <see cref="VariableRows"/>.</param>
internal sealed record InputBinding(
    string Source, InputSpec Offered, IBinValues Images, IReadOnlyDictionary<string, float[]> Series, IReadOnlyList<int> Unbroken, bool DifferenceFromZero = false)
{
    /// <summary>Of each input its values; images are resized by area where the network wants another size.</summary>
    /// <exception cref="NetworkException">Something is asked for that the data lack; it is named.</exception>
    public IBinValues[] Bind(InputSpec[] inputs) => Array.ConvertAll(inputs, input => input.Kind == InputKind.Vector
        ? new VariableRows(input, Series, Unbroken, DifferenceFromZero, Source)
        : input.Channels != Offered.Channels ? throw new NetworkException($"input {input.Name}: {Source} has images of {Offered.Channels} channel(s), {input.Channels} are asked for")
        : input.Height == Offered.Height && input.Width == Offered.Width ? Images
        : new ResizedRows(Images, Offered.Channels, Offered.Height, Offered.Width, input.Height, input.Width));

    /// <summary>The inputs as a data set keeps them.</summary>
    public static InputSpec[] WithoutStatistics(InputSpec[] inputs) => Array.ConvertAll(inputs, static input => input with { Mean = [], Std = [] });
}
