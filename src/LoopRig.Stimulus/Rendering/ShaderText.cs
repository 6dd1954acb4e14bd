using System.Text;

namespace LoopRig.Stimulus.Rendering;

/// <summary>The shaders' texts, which lie in the assembly.</summary>
internal static class ShaderText
{
    /// <summary>The texts of some files one after the other, each behind what every shader knows.</summary>
    public static string Of(params ReadOnlySpan<string> files)
    {
        var text = new StringBuilder(Read("common.glsl"));
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
