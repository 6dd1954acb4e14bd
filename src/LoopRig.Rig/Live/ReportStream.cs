using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Inference;

namespace LoopRig.Rig.Live;

/// <summary>
/// The stream <c>ADAPTER/reports</c> of an adapter in a process of its own: messages of kind event, each the JSON of one <see cref="SourceReport"/>.
/// </summary>
internal static class ReportStream
{
    private const string Suffix = "/reports";

    /// <summary>The stream's name.</summary>
    public static string NameOf(string adapter) => adapter + Suffix;

    /// <summary>Its descriptor, whose channels are the adapter's streams: by it the rig learns what a process of its own publishes.</summary>
    public static StreamDescriptor Describe(string adapter, IEnumerable<StreamDescriptor> streams) => new()
    {
        Name = NameOf(adapter),
        Kind = StreamKind.Event,
        DType = DType.U8,
        Shape = [0], // as long as each report
        Channels = [.. streams.Select(s => s.Name)],
        Source = $"what adapter {adapter} saw at its source",
    };

    /// <summary>A report as it travels, UTF-8 JSON.</summary>
    public static byte[] ToJson(string stream, in SourceReport report) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["stream"] = stream,
        ["report"] = report.Kind.ToString(),
        ["injected"] = report.Injected?.ToString(),
        ["start_ns"] = report.StartNs,
        ["end_ns"] = report.EndNs,
        ["count"] = report.Count,
        ["text"] = report.Text,
    });

    /// <summary>Reads a report that came over the wire; false where it is none, whatever was sent.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out string stream, out SourceReport report)
    {
        (stream, report) = ("", default);
        try
        {
            if (JsonNode.Parse(json) is not JsonObject node || !Enum.TryParse<SourceReportKind>(node["report"]?.GetValue<string>(), out var kind) || !Enum.IsDefined(kind))
            {
                return false;
            }
            stream = node["stream"]!.GetValue<string>();
            FaultKind? injected = Enum.TryParse<FaultKind>(node["injected"]?.GetValue<string>(), out var fault) && Enum.IsDefined(fault) ? fault : null;
            report = new SourceReport(kind, node["start_ns"]!.GetValue<long>(), node["end_ns"]!.GetValue<long>(), node["count"]!.GetValue<long>(), node["text"]!.GetValue<string>())
            {
                Injected = injected,
            };
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Makes of a report an event of the session and a fault of the summary.</summary>
    public static void Post(RigEvents events, string stream, in SourceReport report)
    {
        events.Faults.Take(stream, report);
        if (report.Kind == SourceReportKind.Injected)
        {
            events.Post("fault_injected", report.Text, ("stream", stream), ("fault", (report.Injected ?? FaultKind.Gap).Name()),
                ("start_ns", report.StartNs), ("end_ns", report.EndNs), ("count", report.Count));
            return;
        }
        events.Post("source_report", $"{stream}: {report.Text}", ("stream", stream), ("report", report.Kind.ToString()),
            ("start_ns", report.StartNs), ("end_ns", report.EndNs), ("count", report.Count));
    }
}
