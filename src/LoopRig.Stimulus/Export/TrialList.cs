using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core.Stimuli;

namespace LoopRig.Stimulus.Export;

/// <summary>What a plan shows when, with every number drawn: the list that an analysis reads.</summary>
public static class TrialList
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes the list.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="path">Where to.</param>
    /// <param name="flipCode">Whether frame n carries the mark of flip n.</param>
    /// <param name="curve">The screen's luminance; null: not measured.</param>
    /// <returns>The path.</returns>
    public static string Write(StimulusPlan plan, string path, bool flipCode, GammaCurve? curve)
    {
        using var stream = File.Create(path);
        JsonSerializer.Serialize(stream, new
        {
            plan.Seed,
            plan.Frames,
            plan.Seconds,
            FlipCode = flipCode,
            plan.Geometry.Monitor,
            Gamma = curve,
            Linearised = plan.Geometry.Monitor.Gamma?.Linearise ?? false,
            plan.Warnings,
            plan.Segments,
        }, s_json);
        return path;
    }
}
