using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoopRig.Models;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Synthesis;

/// <summary>The state of each chunk in a file of its own: what is optimised, what the optimiser remembers, the log. A file appears under its name only when it is complete.</summary>
internal sealed class ChunkStates
{
    private const string IdentityKey = "looprig.synthesis", StepsKey = "steps", BatchesKey = "batches";

    private readonly string _folder, _identity;

    internal ChunkStates(string folder, string identity)
    {
        (_folder, _identity) = (folder, identity);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SynthesisException($"{folder}: no folder for the state can be made there: {error.Message}", error);
        }
    }

    /// <summary>What a state must belong to, to be gone on with.</summary>
    internal static string Identity(INetwork network, SynthesisPreset preset, SynthesisInputs inputs, IReadOnlyList<SynthesisTarget> targets, int seed, int chunk)
    {
        JsonSerializerOptions fields = new() { IncludeFields = true };
        string text = JsonSerializer.Serialize(new { preset, inputs, targets, seed, chunk, network = network.Hash }, fields);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Goes on where a chunk stood, if it was begun.</summary>
    /// <exception cref="SynthesisException">The file is of another synthesis.</exception>
    internal void Restore(GradientAscent ascent, int chunk)
    {
        string path = PathOf(chunk);
        if (!File.Exists(path)) return;
        using NoGrad guard = new();
        using Scope scope = new();
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(path);
        if (!metadata.TryGetValue(IdentityKey, out string? identity) || identity != _identity)
            throw new SynthesisException($"{path} belongs to another synthesis (network, preset, inputs, targets or seed differ): remove the folder or name another");
        foreach ((string name, Tensor tensor) in ascent.Memory())
            tensor.CopyFrom(tensors.TryGetValue(name, out Tensor? saved) ? saved : throw new SynthesisException($"{path}: {name} is missing"));
        ascent.Steps = JsonSerializer.Deserialize<int>(metadata[StepsKey]);
        ascent.States = JsonSerializer.Deserialize<BatchState[]>(metadata[BatchesKey])!;
    }

    /// <summary>Writes how a chunk stands.</summary>
    internal void Write(GradientAscent ascent, int chunk)
    {
        Dictionary<string, string> metadata = new()
        {
            [IdentityKey] = _identity,
            [StepsKey] = JsonSerializer.Serialize(ascent.Steps),
            [BatchesKey] = JsonSerializer.Serialize(ascent.States),
        };
        Safetensors.Write(PathOf(chunk), ascent.Memory().ToDictionary(static pair => pair.Name, static pair => pair.Tensor), metadata);
    }

    private string PathOf(int chunk) => Path.Combine(_folder, $"chunk-{chunk:0000}.safetensors");
}
