namespace LoopRig.Rig.Inception;

/// <summary>What an image of the presented set is to a neuron; the names are the roles in the set's file.</summary>
internal static class StimulusClass
{
    /// <summary>The neuron's own most exciting image.</summary>
    public const string Mei = "mei";
    /// <summary>The natural images that the network predicts the largest responses for.</summary>
    public const string Natural = "natural";
    /// <summary>The Gabors that it predicts the largest responses for.</summary>
    public const string Gabor = "gabor";
    /// <summary>The neuron's own image, its pixels in another order.</summary>
    public const string Scrambled = "scrambled";
    /// <summary>The most exciting images of the other neurons.</summary>
    public const string Others = "others";

    /// <summary>The controls, in the order of tables.</summary>
    public static IReadOnlyList<string> Controls { get; } = [Natural, Gabor, Others, Scrambled];

    /// <summary>What a table calls it.</summary>
    public static string Words(string name) => name switch
    {
        Mei => "own MEI",
        Natural => "best natural images",
        Gabor => "best Gabors",
        Scrambled => "scrambled MEI",
        Others => "MEIs of other neurons",
        _ => name,
    };
}
