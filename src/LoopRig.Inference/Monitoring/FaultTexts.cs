using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>Says faults in words.</summary>
internal static class FaultTexts
{
    /// <summary>A fault has begun.</summary>
    public static string Begin(string stream, FaultKind kind) => $"{kind.Name()}: stream {stream} " + kind switch
    {
        FaultKind.Drop => "loses messages on the way",
        FaultKind.Gap or FaultKind.Disconnect => "is silent",
        FaultKind.Freeze => "sends the same again and again",
        FaultKind.Jitter => "is delivered unevenly",
        FaultKind.Garbage => "sends messages that are none; they are refused",
        FaultKind.ClockReset => "has a clock that jumps",
        _ => "sends samples of another shape or type than announced; they are refused",
    };

    /// <summary>A fault is over, or the run ends with it.</summary>
    public static string Over(string stream, FaultKind kind, long lengthNs, long count, long stepNs, bool lasting)
    {
        var seconds = Invariant($"{lengthNs / 1e9:0.##} s");
        var text = $"{kind.Name()}: stream {stream} " + kind switch
        {
            FaultKind.Drop => $"lost {Number(count, "message")} on the way within {seconds}",
            FaultKind.Gap => count > 1 ? $"had {count} gaps within {seconds}" : $"had no samples for {seconds}",
            FaultKind.Disconnect => $"was gone for {seconds}",
            FaultKind.Freeze => $"repeated one sample {count} times over {seconds}",
            FaultKind.Jitter => count > 1 ? $"was delivered unevenly for {seconds} ({Number(count, "message")})" : $"was held up for {seconds}, and all of it came",
            FaultKind.Garbage => $"sent {Number(count, "message")} within {seconds} that were refused",
            FaultKind.ClockReset => Invariant($"had its clock jump by {stepNs / 1e9:0.###} s") + (count > 1 ? $" in {count} jumps" : ""),
            _ => $"sent {Number(count, "message")} of another shape or type than announced within {seconds}",
        };
        return lasting ? text + ", until the end" : text;
    }

    private static string Number(long count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
