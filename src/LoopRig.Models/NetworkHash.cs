using System.Security.Cryptography;
using System.Text;
using LoopRig.Torch.Formats;

namespace LoopRig.Models;

/// <summary>The identity of a network: the same spec and weights give the same hash, whatever file or order they come from.</summary>
internal static class NetworkHash
{
    internal static string Compute(NetworkSpec spec, ParameterSet weights) => Compute(spec.ToJson(), weights);

    /// <summary>The hash with the spec as a file holds it: a later version may write the same spec with more keys.</summary>
    internal static string Compute(string spec, ParameterSet weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(spec));
        // Name, type and shape before the bytes, so that no two networks run together into the same text.
        foreach (NamedArray array in weights.ToArrays())
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{array}\n"));
            hash.AppendData(array.ReadBytes());
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
