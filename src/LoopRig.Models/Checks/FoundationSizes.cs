using System.Text.Json;
using LoopRig.Core;
using LoopRig.Models.Foundation;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Checks;

/// <summary>What a golden file of a foundation network says of it beside its weights, in the metadata "sizes".</summary>
internal static class FoundationSizes
{
    private const string Key = "sizes";

    /// <summary>The released choices with those of the file; null if it tells none.</summary>
    /// <exception cref="NetworkException">The metadata cannot be read.</exception>
    internal static FoundationSpec? Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(Key, out string? json)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement sizes = document.RootElement;
            int[] List(string name) => [.. sizes.GetProperty(name).EnumerateArray().Select(static value => value.GetInt32())];
            int[] retina = List("retina");
            return new FoundationSpec
            {
                Inputs = [],
                UnitIds = [],
                RetinaHeight = retina[0],
                RetinaWidth = retina[1],
                InputStride = sizes.GetProperty("stride").GetInt32(),
                BlockPools = List("pools"),
                Unit = sizes.GetProperty("unit").GetString() == "poisson" ? UnitKind.Poisson : UnitKind.EluMse,
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new NetworkException($"{file.Path}: the metadata '{Key}' cannot be read: {error.Message}", error);
        }
    }
}
