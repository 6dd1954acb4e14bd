using LoopRig.Core;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Foundation;

/// <summary>Writes a network in the published split, by the published names, for the published classes to load.</summary>
public static class FoundationExport
{
    /// <summary>Writes params_core.safetensors and params_SESSION.safetensors into a folder.</summary>
    /// <param name="network">The network as it is now.</param>
    /// <param name="folder">Made if need be.</param>
    /// <param name="session">The session, as "4_7".</param>
    /// <returns>The two files, the core's first.</returns>
    /// <exception cref="DataFileException">A file cannot be written.</exception>
    public static (string Core, string Session) Write(FoundationNetwork network, string folder, string session)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(folder, $"the folder cannot be made: {error.Message}", error);
        }
        NamedArray[] arrays = [.. network.Weights.Parameters.Concat(network.Weights.Buffers).Select(static pair => TensorArrays.FromTensor(pair.Key, pair.Value))];
        ILookup<bool, NamedArray> byHalf = arrays.ToLookup(static array => array.Name.StartsWith(FoundationWeights.CorePrefix, StringComparison.Ordinal));
        string core = Path.Combine(folder, $"{FoundationWeights.CoreFile}.safetensors"), own = Path.Combine(folder, $"params_{session}.safetensors");
        SafetensorsWriter.Write(core, [.. byHalf[true]], new Dictionary<string, string>());
        SafetensorsWriter.Write(own, [.. byHalf[false]], new Dictionary<string, string>());
        return (core, own);
    }
}
