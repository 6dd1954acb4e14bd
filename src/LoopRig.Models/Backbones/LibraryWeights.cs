using LoopRig.Core;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Backbones;

/// <summary>
/// ImageNet weights of torchvision's ResNet-18 and timm's EfficientNet-B0, fitted to one grey channel: the names get "encoder.layers." in front, and the
/// stem's kernels are summed over the three colours, which gives what the library's network gives for a grey image in all three. (Xu et al. 2023 draw a
/// new stem instead.)
/// </summary>
internal static class LibraryWeights
{
    /// <summary>The word for a backbone that began with random weights.</summary>
    internal const string None = "none";

    private const string Prefix = BackboneSpec.EncoderName + ".";
    private const int Colours = 3;

    /// <summary>The kind that these weights are of; null if they are not a library's.</summary>
    internal static string? KindOf(IReadOnlyDictionary<string, NamedArray> arrays)
    {
        if (arrays.ContainsKey("conv_stem.weight") && arrays.ContainsKey("blocks.0.0.conv_dw.weight")) return EfficientNetB0Spec.KindName;
        return arrays.ContainsKey("conv1.weight") && arrays.ContainsKey("layer1.0.conv1.weight") ? ResNet18Spec.KindName : null;
    }

    /// <summary>The arrays by the published names of the one-channel network, and in words what was made of them.</summary>
    /// <param name="arrays">The library's arrays; they may be closed afterwards.</param>
    /// <param name="source">What they are called: a file's path.</param>
    /// <param name="keepClasses">Whether the classifier stays, as the network's outputs; else it is left out.</param>
    internal static (Dictionary<string, NamedArray> Arrays, string Note) Fit(IReadOnlyDictionary<string, NamedArray> arrays, string source, bool keepClasses)
    {
        bool efficient = KindOf(arrays) == EfficientNetB0Spec.KindName;
        string stem = efficient ? "conv_stem.weight" : "conv1.weight", classifier = efficient ? "classifier." : "fc.";
        string note = Path.GetFileName(source);
        Dictionary<string, NamedArray> fitted = [];
        foreach ((string name, NamedArray array) in arrays)
        {
            if (!keepClasses && name.StartsWith(classifier, StringComparison.Ordinal))
            {
                if (name.EndsWith("weight", StringComparison.Ordinal)) note += $"; the classifier of {array.Shape[0]} classes was left out";
                continue;
            }
            bool coloured = name == stem && array.Shape is [_, Colours, _, _];
            if (coloured) note += "; the stem was summed over three colours";
            fitted.Add(Prefix + name, coloured ? SumOverColours(array) : new MemoryArray(Prefix + name, array.Type, array.Shape, array.ReadBytes()));
        }
        return (fitted, note);
    }

    /// <summary>Reads a library's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind that it must be of.</param>
    /// <param name="keepClasses">As for <see cref="Fit"/>.</param>
    /// <exception cref="LoopRigException">The file is missing or damaged, or holds other weights.</exception>
    internal static (Dictionary<string, NamedArray> Arrays, string Note) Read(string path, string kind, bool keepClasses)
    {
        using WeightsFile file = WeightsFile.Open(path);
        return KindOf(file.Arrays) == kind ? Fit(file.Arrays, path, keepClasses)
            : throw new NetworkException($"{path}: these are not ImageNet weights of a {kind}; they begin with {string.Join(", ", file.Arrays.Keys.Take(3))}");
    }

    private static MemoryArray SumOverColours(NamedArray stem)
    {
        float[] values = stem.ReadFloats();
        int outputs = (int)stem.Shape[0], size = (int)(stem.Shape[2] * stem.Shape[3]);
        float[] sums = new float[outputs * size];
        for (int i = 0; i < values.Length; i++)
            sums[i / (Colours * size) * size + i % size] += values[i];
        byte[] bytes = new byte[sums.Length * sizeof(float)];
        Buffer.BlockCopy(sums, 0, bytes, 0, bytes.Length);
        return new MemoryArray(Prefix + stem.Name, ArrayType.F32, [outputs, 1, stem.Shape[2], stem.Shape[3]], bytes);
    }
}
