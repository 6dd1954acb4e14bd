using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Opens the arrays of published sets, and says which file is not as its layout promises.</summary>
internal static class ArrayFile
{
    /// <summary>Any length.</summary>
    public const int Any = -1;

    /// <summary>Opens an array of a shape.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Names of the dimensions, for an error: "(frames, rows, columns)".</param>
    /// <param name="shape">Their lengths; <see cref="Any"/> where it does not matter.</param>
    /// <exception cref="DataFileException">It is not there, damaged, or of another shape.</exception>
    public static NpyFile Open(string path, string names, params ReadOnlySpan<int> shape)
    {
        var file = new NpyFile(path);
        bool fits = file.Shape.Length == shape.Length;
        for (int dimension = 0; fits && dimension < shape.Length; dimension++)
            fits = shape[dimension] == Any || shape[dimension] == file.Shape[dimension];
        if (fits && file.Count > 0)
            return file;
        string found = $"({string.Join(", ", file.Shape)})", asked = $"({string.Join(", ", shape.ToArray().Select(static length => length == Any ? "any" : $"{length}"))})";
        file.Dispose();
        throw new DataFileException(path, $"has the shape {found}, where {names} {asked} is needed");
    }

    /// <summary>Reads a series of one value a bin, (bins) or (bins, 1).</summary>
    /// <exception cref="DataFileException">It is not there, damaged, or of another length.</exception>
    public static float[] Series(string path, int bins)
    {
        using var file = new NpyFile(path);
        return file.Count == bins && file.Shape.Length is 1 or 2
            ? file.ReadSingles()
            : throw new DataFileException(path, $"has the shape ({string.Join(", ", file.Shape)}), where {bins} values are needed, one a bin");
    }

    /// <summary>Reads a single number.</summary>
    /// <exception cref="DataFileException">It is not there, damaged, or more than one.</exception>
    public static double Number(string path)
    {
        using var file = new NpyFile(path);
        return file.Count == 1 ? file.ReadDoubles()[0] : throw new DataFileException(path, $"has the shape ({string.Join(", ", file.Shape)}), where one number is needed");
    }

    /// <summary>
    /// Names of the trials that every sub-folder holds as <c>NAME.npy</c>: numbers in order, then other names.
    /// </summary>
    /// <exception cref="DataFileException">A sub-folder is absent or empty, or lacks a trial that another has; file and trial are named.</exception>
    public static string[] Trials(string folder, params ReadOnlySpan<string> subfolders)
    {
        if (!Directory.Exists(folder))
            throw new DataFileException(folder, "no such folder");
        var seen = new Dictionary<string, string>();
        foreach (string subfolder in subfolders)
        {
            string path = Path.Combine(folder, subfolder);
            if (!Directory.Exists(path))
                throw new DataFileException(path, "no such folder");
            foreach (string file in Directory.EnumerateFiles(path, "*.npy"))
                seen.TryAdd(Path.GetFileNameWithoutExtension(file), subfolder);
        }
        if (seen.Count == 0)
            throw new DataFileException(Path.Combine(folder, subfolders[0]), "no trial in it: TRIAL.npy is looked for");
        string[] trials = [.. seen.Keys.OrderBy(static trial => int.TryParse(trial, out int number) ? number : int.MaxValue).ThenBy(static trial => trial, StringComparer.Ordinal)];
        foreach (string trial in trials)
        {
            foreach (string subfolder in subfolders)
            {
                string path = Path.Combine(folder, subfolder, trial + ".npy");
                if (!File.Exists(path))
                    throw new DataFileException(path, $"no such file, but trial {trial} is in {seen[trial]}");
            }
        }
        return trials;
    }
}
