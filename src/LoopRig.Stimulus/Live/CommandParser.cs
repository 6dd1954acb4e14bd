using System.Text;
using System.Text.Json;
using LoopRig.Core;

namespace LoopRig.Stimulus.Live;

/// <summary>Reads commands from the wire: <c>{"show": NAME, "policy": "latest", "issuedNs": 123}</c>; no NAME, or null, is gray. Reading one allocates nothing.</summary>
internal sealed class CommandParser(IReadOnlyList<string> names)
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads a command; false where it is none.</summary>
    public bool TryRead(ReadOnlySpan<byte> utf8, long nowNs, out DisplayCommand command)
    {
        command = new DisplayCommand(DisplayCommand.Gray, CommandPolicy.Latest, nowNs);
        try
        {
            var reader = new Utf8JsonReader(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }
            var any = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                any = true;
                if (reader.ValueTextEquals("show"u8))
                {
                    reader.Read();
                    if (reader.TokenType != JsonTokenType.Null)
                    {
                        var stimulus = Find(ref reader);
                        if (stimulus < 0)
                        {
                            return false;
                        }
                        command = command with { Stimulus = stimulus };
                    }
                }
                else if (reader.ValueTextEquals("policy"u8))
                {
                    reader.Read();
                    if (reader.ValueTextEquals("queued"u8))
                    {
                        command = command with { Policy = CommandPolicy.Queued };
                    }
                    else if (!reader.ValueTextEquals("latest"u8))
                    {
                        return false;
                    }
                }
                else if (reader.ValueTextEquals("issuedNs"u8))
                {
                    reader.Read();
                    // A time in the future is another computer's clock: the receipt counts.
                    if (!reader.TryGetInt64(out var issued))
                    {
                        return false;
                    }
                    command = command with { CommandedNs = issued <= nowNs && nowNs - issued < 60 * RigClock.SecondNs ? issued : nowNs };
                }
                else
                {
                    return false;
                }
            }
            return any;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private int Find(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < _names.Length && reader.TokenType == JsonTokenType.String; i++)
        {
            if (reader.ValueTextEquals(_names[i]))
            {
                return i;
            }
        }
        return -1;
    }
}
