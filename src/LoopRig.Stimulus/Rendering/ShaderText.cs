using System.Text;

namespace LoopRig.Stimulus.Rendering;

/// <summary>The shaders' texts, which lie in the assembly.</summary>
internal static class ShaderText
{
    /// <summary>The texts of some files one after the other, behind what every shader knows and the words that are defined.</summary>
    public static string Of(IEnumerable<string> defined, params ReadOnlySpan<string> files)
    {
        var common = Read("common.glsl");
        var version = common.IndexOf('\n', StringComparison.Ordinal) + 1; // stays the first line
        var text = new StringBuilder(common, 0, version, 8192);
        foreach (var word in defined)
        {
            text.Append("#define ").Append(word).Append('\n');
        }
        text.Append(common, version, common.Length - version);
        foreach (var file in files)
        {
            text.Append(Read(file));
        }
        return text.ToString();
    }

    private static string Read(string name)
    {
        using var stream = typeof(ShaderText).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"no shader {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
