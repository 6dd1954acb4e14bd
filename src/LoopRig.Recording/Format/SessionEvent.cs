using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoopRig.Recording;

/// <summary>The events that this part writes or counts itself. Others may record events of their own kinds: any JSON object with a <c>kind</c>.</summary>
public static class SessionEvent
{
    /// <summary>The kind of <see cref="Swap"/>.</summary>
    public const string SwapKind = "swap";
    /// <summary>The kind of <see cref="Fault"/>.</summary>
    public const string FaultKind = "fault";
    /// <summary>A fault of a stream is over, or the run ends: one for each fault.</summary>
    public const string FaultOverKind = "fault_over";
    /// <summary>The kind of <see cref="Clock"/>.</summary>
    public const string ClockKind = "clock";
    /// <summary>The kind of the event that every segment begins with: which streams the bins draw from.</summary>
    public const string StreamsKind = "streams";

    /// <summary>Another network took over, or was to and did not.</summary>
    /// <param name="fromHash">The network that ran.</param>
    /// <param name="toHash">The network that was to take over.</param>
    /// <param name="binIndex">The first bin of the new network.</param>
    /// <param name="done">False: rolled back, the old one goes on.</param>
    /// <param name="reason">Why it was asked for, or why it was rolled back.</param>
    public static byte[] Swap(string fromHash, string toHash, long binIndex, bool done, string reason)
        => JsonSerializer.SerializeToUtf8Bytes(new SwapEvent(SwapKind, fromHash, toHash, binIndex, done, reason), EventJson.Default.SwapEvent);

    /// <summary>Something failed while the session was recorded.</summary>
    /// <param name="where">The device, stream or part.</param>
    /// <param name="message">What happened.</param>
    public static byte[] Fault(string where, string message)
        => JsonSerializer.SerializeToUtf8Bytes(new FaultEvent(FaultKind, where, message), EventJson.Default.FaultEvent);

    /// <summary>How a device clock stands against the rig clock.</summary>
    public static byte[] Clock(ClockEntry clock)
        => JsonSerializer.SerializeToUtf8Bytes(new ClockEvent(ClockKind, clock), EventJson.Default.ClockEvent);

    /// <summary>The stream table: what the bins' sample ranges belong to, in order, and where predictions go.</summary>
    internal static byte[] Streams(IReadOnlyList<string> inputs, string? prediction)
        => JsonSerializer.SerializeToUtf8Bytes(new StreamsEvent(StreamsKind, inputs, prediction), EventJson.Default.StreamsEvent);

    /// <summary>The <c>kind</c> of an event; empty when it has none or is no JSON object.</summary>
    public static string KindOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            for (reader.Read(); reader.Read() && reader.TokenType == JsonTokenType.PropertyName; reader.Skip())
            {
                var found = reader.ValueTextEquals("kind"u8);
                reader.Read();
                if (found) return reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
            }
        }
        catch (JsonException)
        {
            // An event is not worth a session: it stays in the log as it is.
        }
        return "";
    }

    /// <summary>The clock of an event of <see cref="ClockKind"/>; null when it is another.</summary>
    internal static ClockEntry? ClockOf(ReadOnlySpan<byte> json)
        => KindOf(json) == ClockKind ? JsonSerializer.Deserialize(json, EventJson.Default.ClockEvent)?.Clock : null;

    /// <summary>The stream table of an event of <see cref="StreamsKind"/>; null when it is another.</summary>
    internal static StreamsEvent? StreamsOf(ReadOnlySpan<byte> json)
        => KindOf(json) == StreamsKind ? JsonSerializer.Deserialize(json, EventJson.Default.StreamsEvent) : null;
}

internal sealed record StreamsEvent(string Kind, IReadOnlyList<string> Inputs, string? Prediction);

internal sealed record SwapEvent(string Kind, string FromHash, string ToHash, long BinIndex, bool Done, string Reason);

internal sealed record FaultEvent(string Kind, string Where, string Message);

internal sealed record ClockEvent(string Kind, ClockEntry Clock);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StreamsEvent))]
[JsonSerializable(typeof(SwapEvent))]
[JsonSerializable(typeof(FaultEvent))]
[JsonSerializable(typeof(ClockEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
