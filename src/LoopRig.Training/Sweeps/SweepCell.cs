using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace LoopRig.Training;

/// <summary>One training of a sweep. Its folder's name ends with a hash of its config, so that a changed config is another cell.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Config">The training config.</param>
/// <param name="After">The cell whose network it starts from; null: none.</param>
/// <param name="DataVersion">What tells its data from others of the same config; null: nothing.</param>
public sealed record SweepCell(string Name, JsonObject Config, SweepCell? After = null, string? DataVersion = null)
{
    private const int HashDigits = 8;

    /// <summary>The cell's folder below the sweep's.</summary>
    public string Folder { get; } = $"{Slug(Name)}-{Hash(Config.ToJsonString() + DataVersion)}";

    private static string Hash(string identity)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..HashDigits];

    private static string Slug(string name) => string.Concat(name.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? char.ToLowerInvariant(letter) : '_'));
}
