using System.Text.RegularExpressions;
using LoopRig.Core;

namespace LoopRig.Rig.Configuration;

/// <summary>Variables and relative paths of one configuration file.</summary>
internal sealed partial class ConfigPaths(string file, bool filesMustExist)
{
    /// <summary>The one variable: the folder of the real recordings.</summary>
    public const string DataVariable = "LOOPRIG_DATA";

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(file))!;

    /// <summary>Replaces ${LOOPRIG_DATA}.</summary>
    /// <exception cref="RigConfigException">The text names another variable.</exception>
    /// <exception cref="NotReadyException">The folder that it stands for is absent.</exception>
    public string Expand(string text, int line, string key) => Variable().Replace(text, match =>
    {
        var name = match.Groups[1].Value;
        return name == DataVariable
            ? DataFolder()
            : throw new RigConfigException($"{file}:{line}", key, $"there is no variable ${{{name}}}; a configuration may name ${{{DataVariable}}}");
    });

    /// <summary>The path of a file to read: absolute, or relative to the configuration. A URL stays as it is.</summary>
    public string Absolute(string text) => IsUrl(text) ? text : Path.GetFullPath(text, _folder);

    /// <summary>Refuses a file, or a folder where one may be, that is not there.</summary>
    /// <exception cref="RigConfigException">The file does not exist.</exception>
    public void CheckExists(string path, bool orFolder, int line, string key)
    {
        if (filesMustExist && !IsUrl(path) && !File.Exists(path) && !(orFolder && Directory.Exists(path)))
        {
            throw new RigConfigException($"{file}:{line}", key, $"there is no file {(orFolder ? "or folder " : "")}{path}");
        }
    }

    private static bool IsUrl(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>What ${LOOPRIG_DATA} stands for; null where there is no such folder.</summary>
    public static string? FindDataFolder() => Locate() is var folder && Directory.Exists(folder) ? folder : null;

    private static string Locate()
    {
        var chosen = Environment.GetEnvironmentVariable(DataVariable);
        return Path.GetFullPath(string.IsNullOrEmpty(chosen) ? Path.Combine(Checkout.Root, "..", "shared", "data") : chosen);
    }

    private static string DataFolder()
    {
        var chosen = Environment.GetEnvironmentVariable(DataVariable);
        var folder = Locate();
        return Directory.Exists(folder)
            ? folder
            : throw new NotReadyException($"{DataVariable}: there is no folder {folder}{(string.IsNullOrEmpty(chosen) ? " (the default)" : "")}; set {DataVariable} to the folder of the recordings");
    }

    [GeneratedRegex(@"\$\{([^}]*)\}")]
    private static partial Regex Variable();
}
