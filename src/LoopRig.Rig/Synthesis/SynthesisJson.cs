using System.Text.Json.Nodes;

namespace LoopRig.Rig.Synthesis;

/// <summary>A synthesis as JSON, for its folder and for <c>--summary</c>.</summary>
internal static class SynthesisJson
{
    /// <summary>Everything but the pixels.</summary>
    public static JsonObject Of(SynthesisFindings findings)
    {
        var (mean, rms) = findings.Shown.InPixels;
        var json = new JsonObject
        {
            ["key"] = findings.Key,
            ["network"] = findings.Options.Network,
            ["network_hash"] = findings.NetworkHash,
            ["preset"] = findings.Preset.Name,
            ["seed"] = findings.Options.Seed,
            ["role"] = findings.Options.Least ? "lei" : "mei",
            ["steps"] = findings.Neurons.Max(static neuron => neuron.Steps),
            ["frames"] = findings.Neurons[0].Shown.Length,
            ["size"] = new JsonArray(findings.Height, findings.Width),
            ["chosen_by"] = findings.ChosenBy,
            ["contrast"] = new JsonObject
            {
                ["mean"] = findings.Shown.Contrast.Mean,
                ["rms"] = findings.Shown.Contrast.Rms,
                ["mean_pixel"] = mean,
                ["rms_pixel"] = rms,
                ["pixel_units"] = new JsonObject { ["mean"] = findings.Shown.Units.Mean, ["std"] = findings.Shown.Units.Deviation, ["source"] = findings.Shown.Units.Source },
            },
            ["crops"] = findings.Crops is { } crops ? new JsonObject { ["compared"] = findings.IsCompared ? crops.Compared.Count : 0, ["chosen_by"] = crops.Choosing.Count, ["geometry"] = crops.Geometry } : null,
            ["neurons_synthesised"] = findings.Neurons.Length,
            ["beyond_all_crops"] = findings.IsCompared ? findings.BeyondAllCrops : null,
            ["seconds"] = Math.Round(findings.Seconds, 1),
            ["neurons"] = new JsonArray([.. findings.Neurons.Select(Neuron)]),
        };
        return json;
    }

    private static JsonObject Neuron(SynthesizedNeuron neuron) => new()
    {
        ["unit"] = neuron.Id,
        ["index"] = neuron.Unit,
        ["score"] = Finite(neuron.Score),
        ["activation"] = Finite(neuron.Activation),
        ["activation_as_synthesised"] = Finite(neuron.AsSynthesised),
        ["behaviour"] = neuron.Behaviour.Count > 0 ? Behaviour(neuron.Behaviour) : null,
        ["rank"] = neuron.Crops.Length > 0 ? neuron.Rank : null,
        ["crops"] = neuron.Crops.Length > 0 ? new JsonObject
        {
            ["best"] = Finite(neuron.BestCrop),
            ["p99"] = Finite(neuron.CropAt(0.99)),
            ["median"] = Finite(neuron.Crops[neuron.Crops.Length / 2]),
            ["worst"] = Finite(neuron.CropAt(0)),
        } : null,
        ["gabor"] = neuron.Gabor is { } gabor ? new JsonObject
        {
            ["x_px"] = gabor.X,
            ["y_px"] = gabor.Y,
            ["orientation_deg"] = gabor.OrientationDeg,
            ["cycles_per_px"] = gabor.CyclesPerPixel,
            ["preferred_cycles_per_px"] = gabor.PreferredCyclesPerPixel,
            ["sigma_across_px"] = gabor.AcrossPx,
            ["sigma_along_px"] = gabor.AlongPx,
            ["phase_deg"] = gabor.PhaseDeg,
            ["explained"] = gabor.Explained,
        } : null,
        ["diverse"] = neuron.Relatives.Any(IsDiverse) ? new JsonArray([.. neuron.Relatives.Where(IsDiverse).Select(one => (JsonNode)new JsonObject
        {
            ["activation"] = Finite(one.Activation),
            ["share"] = Finite(neuron.ShareOf(one)),
            ["distance"] = Finite(one.Distance),
        })]) : null,
        ["rivals"] = neuron.Relatives.Any(static one => !IsDiverse(one)) ? new JsonArray([.. neuron.Relatives.Where(static one => !IsDiverse(one)).Select(one => (JsonNode)new JsonObject
        {
            ["kind"] = one.Kind,
            ["activation"] = Finite(one.Activation),
            ["share"] = Finite(neuron.ShareOf(one)),
            ["parameters"] = new JsonObject(one.Parameters!.Select(static pair => KeyValuePair.Create(pair.Key, Finite(pair.Value)))),
        })]) : null,
        ["tuning"] = new JsonArray([.. neuron.Tuning.Select(curve => (JsonNode)Curve(curve, curve.HalfWidth(neuron.Least)))]),
        ["contrast_response"] = ContrastResponse(neuron.ContrastResponse, neuron.Least),
    };

    private static JsonObject Curve(ResponseCurve curve, double halfWidth) => new()
    {
        ["name"] = curve.Name,
        ["unit"] = curve.Unit,
        ["at"] = Numbers(curve.At),
        ["response"] = Numbers(curve.Response),
        ["half_width"] = Finite(halfWidth),
    };

    private static bool IsDiverse(SynthesizedRelative relative) => relative.Kind == SynthesizedRelative.Diverse;

    private static JsonObject Behaviour(IEnumerable<BehaviourValue> values)
        => new(values.GroupBy(static value => value.Input).Select(static input => KeyValuePair.Create(input.Key, (JsonNode?)new JsonObject(input.Select(static value => KeyValuePair.Create(value.Variable, Finite(value.Value)))))));

    private static JsonObject ContrastResponse(ResponseCurve curve, bool least)
    {
        var (monotonic, highest, saturates) = curve.Contrast(least);
        return new JsonObject
        {
            ["at"] = Numbers(curve.At),
            ["response"] = Numbers(curve.Response),
            ["monotonic"] = monotonic,
            [least ? "lowest_at" : "highest_at"] = Finite(highest),
            ["saturates_at"] = Finite(saturates),
        };
    }

    private static JsonArray Numbers(double[] values) => new([.. values.Select(static value => Finite(Math.Round(value, 6)))]);

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
