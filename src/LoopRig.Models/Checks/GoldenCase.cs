using LoopRig.Core;
using LoopRig.Models.Foundation;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Checks;

/// <summary>
/// A golden file taken apart: the network with its weights (param.*, or the checkpoint that the metadata name), the inputs in the network's order, and
/// the golden values of each stage. Sizes come from the arrays.
/// </summary>
internal sealed class GoldenCase : IDisposable
{
    /// <summary>The name of the network's output among the stages.</summary>
    internal const string Response = "response";

    private const string ParameterPrefix = "param.", InputPrefix = "input.", StagePrefix = "stage.", OutputPrefix = "output.";

    private readonly float[][] _values;

    private GoldenCase(SafetensorsFile file, IStagedNetwork network, Dictionary<string, (long[] Shape, float[] Values)> inputs, Device device)
    {
        Path = file.Path;
        Network = network;
        _values = new float[network.Inputs.Count][];
        Windows = new Tensor[network.Inputs.Count];
        for (int i = 0; i < Windows.Length; i++)
        {
            InputSpec input = network.Inputs[i];
            if (!inputs.TryGetValue(input.Name, out (long[] Shape, float[] Values) given))
                throw new NetworkException($"{Path}: the network's input '{input.Name}' is not in the file");
            // [N, k, ...], or [N, ...] where a frame stands by itself, or [T, ...]: one sequence of a network that answers every frame.
            int frames = (int)(given.Values.LongLength / input.Length), window = network.AnswersEveryFrame ? Math.Max(1, frames) : network.WindowFrames;
            if (given.Values.LongLength % input.Length != 0 || frames % window != 0)
                throw new NetworkException($"{Path}: input.{input.Name} has the shape [{string.Join(", ", given.Shape)}], windows of {window} x {input.Length} are needed");
            if (i > 0 && (window != Frames || frames / window != Samples)) throw new NetworkException($"{Path}: the inputs have different numbers of samples");
            (Frames, Samples) = (window, frames / window);
            _values[i] = given.Values;
            using Scope scope = new();
            Windows[i] = scope.Keep(Tensor.FromArray(given.Values, [Samples, Frames, .. FrozenStep.ShapeOf(input, 1)[1..]]).To(device));
        }
        Dictionary<string, float[]> stages = [];
        foreach ((string name, NamedArray array) in file.Arrays)
        {
            if (name.StartsWith(StagePrefix, StringComparison.Ordinal)) stages.Add(name[StagePrefix.Length..], array.ReadFloats());
            if (name.StartsWith(OutputPrefix, StringComparison.Ordinal)) stages.Add(name[OutputPrefix.Length..], array.ReadFloats());
        }
        if (!stages.ContainsKey(Response)) throw new NetworkException($"{Path}: there is no output.{Response} to compare with");
        Stages = stages;
    }

    /// <summary>The golden file.</summary>
    internal string Path { get; }

    /// <summary>The network with the file's weights.</summary>
    internal IStagedNetwork Network { get; }

    /// <summary>Windows N.</summary>
    internal int Samples { get; }

    /// <summary>Frames k of a window.</summary>
    internal int Frames { get; }

    /// <summary>One a network input: [N, k, ...].</summary>
    internal Tensor[] Windows { get; }

    /// <summary>Golden values by stage name; the output is <see cref="Response"/>.</summary>
    internal IReadOnlyDictionary<string, float[]> Stages { get; }

    /// <summary>One frame of one input; frames are counted through all windows.</summary>
    internal ReadOnlySpan<float> FrameOf(int input, int frame)
    {
        int length = Network.Inputs[input].Length;
        return _values[input].AsSpan(frame * length, length);
    }

    /// <summary>Takes a file apart; it may be closed when this returns.</summary>
    internal static GoldenCase Open(SafetensorsFile file, Device device)
    {
        Dictionary<string, NamedArray> weights = file.Arrays.Where(static pair => pair.Key.StartsWith(ParameterPrefix, StringComparison.Ordinal))
            .ToDictionary(static pair => pair.Key[ParameterPrefix.Length..], static pair => pair.Value);
        Dictionary<string, (long[] Shape, float[] Values)> inputs = file.Arrays.Where(static pair => pair.Key.StartsWith(InputPrefix, StringComparison.Ordinal))
            .ToDictionary(static pair => NameOf(pair.Key[InputPrefix.Length..]), static pair => (pair.Value.Shape, ValuesOf(pair.Value)));
        if ((!inputs.TryGetValue("image", out (long[] Shape, float[] Values) image) && !inputs.TryGetValue(FoundationSpec.StimulusInput, out image)) || image.Shape.Length < 3)
            throw new NetworkException($"{file.Path}: there are no input images, so this is no golden file of a network that is known here");
        WeightsFile? checkpoint = weights.Count == 0 ? WeightsFile.Open(FindCheckpoint(file)) : null;
        try
        {
            NetworkOptions options = OptionsOf(file, weights, inputs, image.Shape);
            using INetwork built = NetworkFile.Build(checkpoint?.Path ?? file.Path, checkpoint?.Arrays ?? weights, options);
            INetwork network = built.CopyTo(device);
            if (network is XuNetwork { Spec: XuSpec xu }) AddPose(file.Path, xu, inputs);
            try
            {
                return new GoldenCase(file, (IStagedNetwork)network, inputs, device);
            }
            catch
            {
                network.Dispose();
                throw;
            }
        }
        finally
        {
            checkpoint?.Dispose();
        }
    }

    /// <summary>Frees the network and the inputs.</summary>
    public void Dispose()
    {
        Network.Dispose();
        foreach (Tensor window in Windows)
            window.Dispose();
    }

    private static string NameOf(string input) => input == "image_zscored" ? "image" : input;

    // Pixels are stored as bytes by some, and seen as 0..1 by every network.
    private static float[] ValuesOf(NamedArray array)
    {
        float[] values = array.ReadFloats();
        if (array.Type != ArrayType.U8) return values;
        for (int i = 0; i < values.Length; i++)
            values[i] /= byte.MaxValue;
        return values;
    }

    private static NetworkOptions OptionsOf(
        SafetensorsFile file, Dictionary<string, NamedArray> weights, Dictionary<string, (long[] Shape, float[] Values)> inputs, long[] image)
    {
        Dictionary<string, string[]> variables = [];
        // The variables' names play no part in a check, but a network wants one each; the published order is kept where it applies.
        foreach ((string name, (long[] shape, _)) in inputs)
        {
            if (name is "image" or "shifter" || FoundationWeights.Recognise(weights)) continue;
            string[]? published = XuWeights.Recognise(weights) ? XuBehaviour.OfSize(shape[^1]) : null;
            variables[name] = published ?? NetworkSpec.NumberedUnits(shape[^1]);
        }
        return new NetworkOptions
        {
            Window = XuWeights.Recognise(weights) && image.Length == 5 ? (int)image[1] : 1,
            ImageHeight = (int)image[^2],
            ImageWidth = (int)image[^1],
            Session = file.Metadata.GetValueOrDefault("session"),
            Variables = variables,
            Foundation = FoundationSizes.Read(file),
        };
    }

    /// <summary>The published code takes the shifter's inputs out of the behaviour: speed, pitch, roll, phi, theta, ... come first, as measured.</summary>
    private static void AddPose(string path, XuSpec spec, Dictionary<string, (long[] Shape, float[] Values)> inputs)
    {
        if (spec.Shifter is null || inputs.ContainsKey("shifter")) return;
        if (!inputs.TryGetValue("behaviour", out (long[] Shape, float[] Values) behaviour) || behaviour.Shape[^1] <= Array.IndexOf(XuBehaviour.Behaviour, Core.BehaviourVariables.Theta))
            throw new NetworkException($"{path}: the shifter's inputs {string.Join(", ", XuSpec.ShifterVariables)} are neither given (input.shifter) nor part of the behaviour");
        int[] columns = [.. XuSpec.ShifterVariables.Select(static name => Array.IndexOf(XuBehaviour.Behaviour, name))];
        int variables = (int)behaviour.Shape[^1], frames = behaviour.Values.Length / variables;
        float[] pose = new float[frames * columns.Length];
        for (int i = 0; i < pose.Length; i++)
            pose[i] = behaviour.Values[i / columns.Length * variables + columns[i % columns.Length]];
        inputs["shifter"] = ([frames, columns.Length], pose);
    }

    private static string FindCheckpoint(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue("checkpoint", out string? name))
            throw new NetworkException($"{file.Path}: there are no param.* arrays, and the metadata name no checkpoint");
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file.Path))!;
        string data = Environment.GetEnvironmentVariable("LOOPRIG_DATA") ?? System.IO.Path.Combine(folder, "..", "data");
        string[] candidates = [System.IO.Path.Combine(folder, name), System.IO.Path.Combine(data, "mouse_v1_networks", System.IO.Path.GetFileName(name))];
        return Array.Find(candidates, File.Exists)
            ?? throw new NetworkException($"{file.Path}: its checkpoint {name} is not at {string.Join(", nor at ", candidates.Select(System.IO.Path.GetFullPath))}");
    }
}
