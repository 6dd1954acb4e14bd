using System.Text;
using System.Text.Json;
using LoopRig.Core;

namespace LoopRig.Rig.Configuration;

/// <summary>Reads commented JSON (comments and trailing commas are allowed, a key twice is not) and keeps the lines.</summary>
internal static class ConfigParser
{
    private const int MaxDepth = 32;

    /// <summary>Parses a file's text.</summary>
    /// <exception cref="RigConfigException">It is no JSON, or a key stands twice in one object.</exception>
    public static ConfigNode Parse(string file, byte[] utf8)
    {
        var text = utf8.AsSpan();
        if (text.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
        try
        {
            var lines = new LineCounter();
            reader.Read();
            var root = ReadValue(file, "", ref reader, text, lines);
            reader.Read(); // Anything after the root is an error.
            return root;
        }
        catch (JsonException e)
        {
            throw new RigConfigException($"{file}:{(e.LineNumber ?? 0) + 1}", "(syntax)", $"this is not JSON: {e.Message.Split(" LineNumber:")[0]}");
        }
    }

    private static ConfigNode ReadValue(string file, string path, ref Utf8JsonReader reader, ReadOnlySpan<byte> text, LineCounter lines)
    {
        var line = lines.At(text, reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var objectNode = new ConfigNode(ConfigNodeKind.Object, line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = reader.GetString()!;
                    var keyLine = lines.At(text, reader.TokenStartIndex);
                    var keyPath = path.Length == 0 ? key : $"{path}.{key}";
                    if (objectNode.Members.Any(m => m.Key == key))
                    {
                        throw new RigConfigException($"{file}:{keyLine}", keyPath, "this key stands twice");
                    }
                    reader.Read();
                    objectNode.Members.Add((key, keyLine, ReadValue(file, keyPath, ref reader, text, lines)));
                }
                return objectNode;
            case JsonTokenType.StartArray:
                var arrayNode = new ConfigNode(ConfigNodeKind.Array, line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    arrayNode.Elements.Add(ReadValue(file, $"{path}[{arrayNode.Elements.Count}]", ref reader, text, lines));
                }
                return arrayNode;
            case JsonTokenType.String:
                return new ConfigNode(ConfigNodeKind.Text, line) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new ConfigNode(ConfigNodeKind.Number, line) { Number = reader.GetDouble() };
            case JsonTokenType.True:
            case JsonTokenType.False:
                return new ConfigNode(ConfigNodeKind.Boolean, line) { Boolean = reader.GetBoolean() };
            default:
                return new ConfigNode(ConfigNodeKind.Null, line);
        }
    }

    /// <summary>Counts lines on from the last question: tokens come in order.</summary>
    private sealed class LineCounter
    {
        private int _line = 1;
        private int _at;

        public int At(ReadOnlySpan<byte> text, long index)
        {
            _line += text[_at..(int)index].Count((byte)'\n');
            _at = (int)index;
            return _line;
        }
    }
}
