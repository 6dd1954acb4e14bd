using LoopRig.Torch.Tests.Formats;

namespace LoopRig.Models.Tests;

/// <summary>Golden files and published weights of random foundation networks, by the plain PyTorch of tests/python/foundation.py.</summary>
internal static class FoundationReference
{
    private const string Main = "if __name__ == \"__main__\":";

    private static string Script => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "foundation.py"));

    /// <summary>Writes a golden file; the test is skipped where Python has no torch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sizes">NAME=VALUE pairs over the released sizes.</param>
    internal static void Write(string path, string sizes) => PythonTorch.Run(Script, [path, .. sizes.Split(' ')]);

    /// <summary>Runs Python code behind the module's definitions, with `sizes` parsed and `arguments` given.</summary>
    internal static string Run(string code, string sizes, params string[] arguments)
        => PythonTorch.Run($"{Script[..Script.IndexOf(Main, StringComparison.Ordinal)]}\nsizes = parse('{sizes}'.split())\narguments = sys.argv[1:]\ntorch.manual_seed(sizes['seed'])\n{code}", arguments);
}
