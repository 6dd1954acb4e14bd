using LoopRig.Core;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Sensorium;

/// <summary>Reads from the names and shapes of published weights which Sensorium network they are of.</summary>
internal static class Sensorium2022Weights
{
    internal static bool Recognise(IReadOnlyDictionary<string, NamedArray> arrays) => arrays.ContainsKey("core.features.layer0.conv.weight");

    /// <summary>The arrays without the readouts and shifters of other sessions.</summary>
    internal static Dictionary<string, NamedArray> OfSession(IReadOnlyDictionary<string, NamedArray> arrays, string session)
        => arrays.Where(pair => !IsOfSession(pair.Key) || pair.Key.Split('.')[1] == session).ToDictionary();

    internal static string SessionOf(string source, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        string[] sessions = [.. arrays.Keys.Where(static name => name.StartsWith("readout.", StringComparison.Ordinal)).Select(static name => name.Split('.')[1]).Distinct()];
        if (options.Session is string chosen)
            return sessions.Contains(chosen) ? chosen
                : throw new NetworkException($"{source}: no readout of session '{chosen}'; there is {string.Join(", ", sessions)}");
        if (sessions.Length == 1) return sessions[0];
        throw new NetworkException($"{source}: readouts of {sessions.Length} sessions ({string.Join(", ", sessions)}); choose one");
    }

    internal static Sensorium2022Spec SpecOf(string source, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        string session = SessionOf(source, arrays, options);
        long[] first = Shape(source, arrays, "core.features.layer0.conv.weight", 4);
        int layers = 1;
        while (arrays.ContainsKey($"core.features.layer{layers}.ds_conv.spatial_conv.weight"))
            layers++;
        bool shifter = arrays.ContainsKey($"shifter.{session}.mlp.0.weight");
        bool predicted = arrays.ContainsKey($"readout.{session}.source_grid");
        int shifterLayers = 0;
        while (arrays.ContainsKey($"shifter.{session}.mlp.{2 * shifterLayers}.weight"))
            shifterLayers++;
        long units = Shape(source, arrays, $"readout.{session}.bias", 1)[0];
        Sensorium2022Spec defaults = new() { Inputs = [], UnitIds = [], Session = session };
        return defaults with
        {
            Inputs = InputsOf(source, (int)first[1] - 1, shifter, options),
            UnitIds = options.UnitIds ?? NetworkSpec.NumberedUnits(units),
            Channels = (int)first[0],
            Layers = layers,
            InputKernel = (int)first[2],
            HiddenKernel = layers > 1 ? (int)Shape(source, arrays, "core.features.layer1.ds_conv.spatial_conv.weight", 4)[2] : defaults.HiddenKernel,
            GridCoordinates = predicted ? (int)Shape(source, arrays, $"readout.{session}.source_grid", 2)[1] : 0,
            GridHidden = predicted ? (int)Shape(source, arrays, $"readout.{session}.mu_transform.0.weight", 2)[0] : defaults.GridHidden,
            ShifterLayers = shifter ? shifterLayers : defaults.ShifterLayers,
            ShifterHidden = shifterLayers > 1 ? (int)Shape(source, arrays, $"shifter.{session}.mlp.0.weight", 2)[0] : defaults.ShifterHidden,
        };
    }

    private static InputSpec[] InputsOf(string source, int planes, bool shifter, NetworkOptions options)
    {
        InputSpec[] published = Sensorium2022Spec.PublishedInputs(true, options.ImageHeight ?? 36, options.ImageWidth ?? 64);
        List<InputSpec> inputs = [published[0]];
        if (planes > 0) inputs.Add(published[1] with { Variables = Variables(source, published[1], planes, options) });
        if (shifter) inputs.Add(published[2] with { Variables = Variables(source, published[2], 2, options) });
        return [.. inputs];
    }

    private static string[] Variables(string source, InputSpec published, int count, NetworkOptions options)
    {
        string[] variables = options.Variables.TryGetValue(published.Name, out string[]? given) ? given : published.Variables;
        return variables.Length == count ? variables
            : throw new NetworkException($"{source}: the input '{published.Name}' has {count} variables in the weights, {variables.Length} are named");
    }

    private static bool IsOfSession(string name) => name.StartsWith("readout.", StringComparison.Ordinal) || name.StartsWith("shifter.", StringComparison.Ordinal);

    private static long[] Shape(string source, IReadOnlyDictionary<string, NamedArray> arrays, string name, int rank)
        => arrays.TryGetValue(name, out NamedArray? array) && array.Shape.Length == rank ? array.Shape
            : throw new NetworkException($"{source}: {name} is missing or has not {rank} dimensions, so these are not weights of a Sensorium 2022 network");
}
