using System.Text.Json;
using LoopRig.Core;
using LoopRig.Models.Foundation;
using LoopRig.Torch;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Tests;

public sealed class FoundationNetworkTests
{
    [Theory]
    [InlineData(RecurrentKind.CvtLstm, 3)]
    [InlineData(RecurrentKind.ConvLstm, 1)]
    public void Step_FramesOneByOne_EqualsForward(RecurrentKind recurrent, int temporalKernel)
    {
        using Scope scope = new();
        using FoundationNetwork network = Small(Spec() with { Recurrent = recurrent, TemporalKernel = temporalKernel });
        Tensor[] windows = Windows(network, 2, 7);
        Tensor[] state = network.InitialState(2);
        List<float[]> steps = [];
        for (int t = 0; t < 7; t++)
        {
            (Tensor output, state) = network.Step([.. windows.Select(window => window.Select(1, t))], state);
            steps.Add(output.ToArray());
        }
        Tensor all = network.Forward(windows, training: false);
        Assert.Equal([2, 7, 5], all.Shape);
        for (int t = 0; t < 7; t++)
            AssertClose(all.Select(1, t).ToArray(), steps[t]);
    }

    [Fact]
    public void Step_Twice_ChangesNothingItWasGiven()
    {
        using Scope scope = new();
        using FoundationNetwork network = Small(Spec());
        Tensor[] frame = [.. Windows(network, 1, 1).Select(static window => window.Select(1, 0))];
        (_, Tensor[] state) = network.Step(frame, network.InitialState(1));
        float[][] before = [.. state.Select(static tensor => tensor.ToArray())];
        (Tensor first, Tensor[] next) = network.Step(frame, state);
        float[] response = first.ToArray();
        foreach (Tensor tensor in next)
            tensor.Dispose();
        Assert.Equal(before, state.Select(static tensor => tensor.ToArray()));
        Assert.Equal(response, network.Step(frame, state).Output.ToArray());
    }

    [Fact]
    public void Freeze_Sequence_EqualsStepAndItsStateCanBeHandedOn()
    {
        using Scope scope = new();
        using FoundationNetwork network = Small(Spec());
        Tensor[] windows = Windows(network, 1, 6);
        float[] all = network.Forward(windows, training: false).ToArray();
        using FrozenStep frozen = network.Freeze(Device.Cpu), other = network.Freeze(Device.Cpu);
        for (int t = 0; t < 6; t++)
        {
            FrozenStep step = t < 3 ? frozen : other;
            if (t == 3) other.WriteState(frozen.ReadState().State, frozen.Steps);
            for (int i = 0; i < windows.Length; i++)
                windows[i].Select(1, t).ToArray().CopyTo(step.Input(i));
            step.Run();
            AssertClose(all[(5 * t)..(5 * t + 5)], step.Output.ToArray());
        }
        Assert.Equal(6, other.Steps);
        Assert.True(other.IsWarmingUp);
    }

    [Fact]
    public void OfStream_EachStream_TheirLogarithmsAverageToTheWhole()
    {
        using Scope scope = new();
        using FoundationNetwork network = Small(Spec() with { Streams = 3 });
        Tensor[] windows = Windows(network, 1, 4);
        float[] whole = network.Forward(windows, training: false).ToArray();
        double[] logarithm = new double[whole.Length];
        for (int stream = 0; stream < 3; stream++)
        {
            using FoundationNetwork alone = network.OfStream(stream);
            float[] own = alone.Forward(windows, training: false).ToArray();
            for (int i = 0; i < whole.Length; i++)
                logarithm[i] += Math.Log(own[i]) / 3;
        }
        AssertClose(whole, [.. logarithm.Select(static value => (float)Math.Exp(value))]);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.OfStream(3));
    }

    [Fact]
    public void ForwardTraining_SameSeeds_SameResponses_OthersDiffer()
    {
        using Scope scope = new();
        using FoundationNetwork network = Small(Spec() with { RecurrentDropout = 0.3 });
        Tensor[] windows = Windows(network, 2, 5);
        float[] Pass(int seed)
        {
            LibTorch.ManualSeed((ulong)seed);
            return network.ForwardTraining(windows, new TrainingContext(new Random(seed), 1)).Responses.ToArray();
        }
        float[] first = Pass(1);
        Assert.Equal(first, Pass(1));
        Assert.NotEqual(first, Pass(2));
        Assert.NotEqual(first, network.Forward(windows, training: false).ToArray());
    }

    [Fact]
    public void ForwardTraining_Backward_ReachesOneStreamAndTheNoise()
    {
        using Scope scope = new();
        using FoundationNetwork network = Small(Spec());
        foreach (Tensor parameter in network.Weights.Parameters.Values)
            parameter.RequiresGrad = true;
        LibTorch.ManualSeed(1);
        F.Mean(network.ForwardTraining(Windows(network, 2, 5), new TrainingContext(new Random(4), 1)).Responses).Backward();
        string[] reached = [.. network.Weights.Parameters.Where(static pair => pair.Value.Grad is not null).Select(static pair => pair.Key)];
        Assert.Contains("perspective.monitor.center_std", reached);
        Assert.Contains("perspective.monitor.angle_std", reached);
        Assert.Contains("readout.position.sigma", reached);
        Assert.True(reached.Contains("readout.biases.0") ^ reached.Contains("readout.biases.1"));
    }

    [Fact]
    public void RestartNoise_ChangedDeviations_AreInitialAgain()
    {
        using FoundationNetwork network = new(Spec(), ParameterSet.FromSeed(1));
        Dictionary<string, float[]> initial = Noise();
        using (NoGrad guard = new())
            foreach (string name in initial.Keys)
                network.Weights.Parameters[name].Fill(3);
        network.RestartNoise();
        Assert.Equal(initial, Noise());

        Dictionary<string, float[]> Noise() => new[] { "perspective.monitor.center_std", "perspective.monitor.angle_std", "readout.position.sigma" }
            .ToDictionary(static name => name, name => network.Weights.Parameters[name].ToArray());
    }

    [Fact]
    public void Grow_SharedCore_OneSessionsTrainingReachesTheOther()
    {
        using Scope scope = new();
        FoundationRecipe recipe = new();
        using FoundationNetwork first = Small(Spec());
        FoundationSpec other = Spec() with { UnitIds = ["a", "b"] };
        using FoundationNetwork second = new(other, ParameterSet.Grow(3, [new ParameterSource(first.Weights, recipe.SharedPrefixes, Share: true), new ParameterSource(first.Weights, recipe.CorePrefixes, Share: false)]));
        Assert.Equal(2, second.Forward(Windows(second, 1, 2), training: false).Size(2));
        using (NoGrad guard = new())
            first.Weights.Parameters["core.recurrent.proj_i.gains.0"].Fill(2);
        Assert.Equal(2, second.Weights.Parameters["core.recurrent.proj_i.gains.0"].ToArray()[0]);
        // The modulation is a session's own, and transfer keeps its recurrent part.
        Assert.Equal(first.Weights.Parameters["modulation.lstm.proj_i.weights.0"].ToArray(), second.Weights.Parameters["modulation.lstm.proj_i.weights.0"].ToArray());
        Assert.NotEqual(first.Weights.Parameters["modulation.lstm.proj_i.weights.0"].Address, second.Weights.Parameters["modulation.lstm.proj_i.weights.0"].Address);
        Assert.Equal(first.Weights.Buffers["core.recurrent.proj_x.0.mask"].ToArray(), second.Weights.Buffers["core.recurrent.proj_x.0.mask"].ToArray());
    }

    [Fact]
    public void Forward_NewNetwork_RotatesTheEyeByNothingAndReadsTheCentre()
    {
        using Scope scope = new();
        using FoundationNetwork network = new(Spec(), ParameterSet.FromSeed(1));
        Tensor[] windows = Windows(network, 1, 3), turned = [windows[0], windows[1] * 5, windows[2]];
        Assert.Equal(network.Forward(windows, training: false).ToArray(), network.Forward(turned, training: false).ToArray());
        Assert.All(network.Forward(windows, training: false).ToArray(), static rate => Assert.Equal(1, rate)); // the readout starts at zero
    }

    [Theory]
    [InlineData("stimulus")]
    [InlineData("stimulus,eye")]
    [InlineData("stimulus,behaviour")]
    public void Step_LesionedNetwork_RunsFrozenAndHasNoSuchWeights(string inputs)
    {
        using Scope scope = new();
        FoundationSpec spec = Spec();
        using FoundationNetwork network = Small(spec with { Inputs = [.. spec.Inputs.Where(input => inputs.Split(',').Contains(input.Name))], Unit = UnitKind.EluMse });
        Assert.Equal(inputs.Contains("eye"), network.Weights.Parameters.Keys.Any(static name => name.StartsWith("perspective.", StringComparison.Ordinal)));
        Assert.Equal(inputs.Contains("behaviour"), network.Weights.Parameters.Keys.Any(static name => name.StartsWith("modulation.", StringComparison.Ordinal)));
        Assert.Equal(ResponseLoss.SquaredError, network.Spec.Loss);
        Tensor[] windows = Windows(network, 1, 1);
        using FrozenStep step = network.Freeze(Device.Cpu);
        for (int i = 0; i < windows.Length; i++)
            windows[i].ToArray().CopyTo(step.Input(i));
        step.Run();
        AssertClose(network.Forward(windows, training: false).ToArray(), step.Output.ToArray());
    }

    [Fact]
    public void Create_ReleasedSizes_HasThePublishedNumberOfCoreParameters()
    {
        FoundationSpec spec = new() { Inputs = FoundationSpec.InputsFor(), UnitIds = ["1"] };
        using INetwork network = NetworkFile.Create(spec, 1);
        Assert.Equal(4_528_640, network.Parameters.Where(static pair => pair.Key.StartsWith("core.", StringComparison.Ordinal)).Sum(static pair => pair.Value.Elements));
    }

    [Fact]
    public void Rays_ReleasedRetina_AreThePublishedOnes()
    {
        float[] rays = Retina.Rays(128, 192, 75);
        void Ray(int row, int column, float x, float y, float z)
            => Assert.Equal([x, y, z], rays[((row * 192 + column) * 3)..((row * 192 + column) * 3 + 3)], static (a, b) => Math.Abs(a - b) < 2e-6);
        Ray(0, 0, -0.832036f, -0.554691f, 0.005772f);
        Ray(64, 96, 0.006818f, 0.006835f, 0.999953f);
        Ray(64, 191, 0.964130f, 0.005061f, 0.265381f);
    }

    [Fact]
    public void Matrix_OfThreeAngles_IsThePublishedOne()
    {
        using Scope scope = new();
        using Rotation rotation = new(Device.Cpu);
        float[] matrix = rotation.Matrix(Tensor.FromArray([0.1f, 0.2f, 0.3f], 1, 3)).ToArray();
        float[] published = [0.936293f, -0.275096f, 0.218351f, 0.289629f, 0.956425f, -0.036957f, -0.198669f, 0.097843f, 0.975170f];
        Assert.Equal(published, matrix, static (a, b) => Math.Abs(a - b) < 2e-6);
    }

    [Theory]
    [InlineData("\"blockGroups\":[1,3]", "blockChannels[1]")]
    [InlineData("\"blockPools\":[1]", "blockPools")]
    [InlineData("\"recurrentGroups\":3", "recurrentHidden")]
    [InlineData("\"spatialKernel\":2", "odd")]
    [InlineData("\"inputKernel\":5", "inputKernel")]
    [InlineData("\"streams\":0", "streams")]
    [InlineData("\"retinaHeight\":2", "nothing remains")]
    public void FromJson_SizesThatContradict_AreNamed(string change, string named)
    {
        string json = Spec().ToJson(), key = change.Split(':')[0];
        int at = json.IndexOf(key, StringComparison.Ordinal), end = json.IndexOf(json[at + key.Length + 1] == '[' ? ']' : ',', at);
        string changed = json[..at] + change + (json[end] == ']' ? json[(end + 1)..] : json[end..]);
        Assert.Contains(named, Assert.Throws<NetworkException>(() => NetworkSpec.FromJson(changed, "test")).Message);
    }

    [Fact]
    public void Recipe_OfferedSession_AsksForStimulusEyeAndBehaviour()
    {
        InputSpec[] offered =
        [
            new() { Name = "image", Kind = InputKind.Image, Height = 36, Width = 64 },
            new() { Name = "behaviour", Kind = InputKind.Vector, Variables = ["speed", "pitch", "eyerad", "pupil_x", "pupil_y"] },
        ];
        FoundationRecipe recipe = (FoundationRecipe)JsonSerializer.Deserialize<NetworkRecipe>("""{"kind":"foundation","Streams":2}""")!;
        InputSpec[] inputs = recipe.Inputs(offered);
        Assert.Equal(["stimulus", "eye", "behaviour"], inputs.Select(static input => input.Name));
        Assert.Equal(["eyerad", "speed"], inputs[2].Variables);
        Assert.Equal((36, 64), (inputs[0].Height, inputs[0].Width));
        Assert.Equal(2, ((FoundationSpec)recipe.Spec(inputs, ["1"], 0)).Streams);
        Assert.Equal(InputScaling.AsMeasured, recipe.ScalingOf(inputs[0]));
        Assert.Contains("pupil_x", Assert.Throws<NetworkException>(() => recipe.Inputs(offered[..1])).Message);
    }

    internal static FoundationSpec Spec() => new()
    {
        Inputs = FoundationSpec.InputsFor(18, 32),
        UnitIds = NetworkSpec.NumberedUnits(5),
        Streams = 2,
        RetinaHeight = 16,
        RetinaWidth = 24,
        PerspectiveHidden = 4,
        ModulationHidden = 4,
        ModulationCells = 3,
        BlockChannels = [4, 8],
        BlockGroups = [1, 2],
        BlockLayers = [2, 2],
        BlockPools = [2, 1],
        FeedforwardOut = 6,
        RecurrentHidden = 8,
        RecurrentCommon = 16,
        RecurrentGroups = 2,
        CoreOut = 5,
    };

    /// <summary>A network none of whose weights has the neutral value of a new one.</summary>
    internal static FoundationNetwork Small(FoundationSpec spec)
    {
        FoundationNetwork network = new(spec, ParameterSet.FromSeed(1));
        using NoGrad guard = new();
        using Scope scope = new();
        using Generator generator = new(5);
        foreach (Tensor parameter in network.Weights.Parameters.Values)
            parameter.AddInPlace(Tensor.Randn(parameter.Shape, generator), 0.1);
        return network;
    }

    private static Tensor[] Windows(FoundationNetwork network, int samples, int frames)
    {
        using Generator generator = new(3);
        return [.. ((INetwork)network).Inputs.Select(input => input.Kind == InputKind.Image
            ? Tensor.Rand([samples, frames, 1, input.Height, input.Width], generator)
            : Tensor.Randn([samples, frames, input.Length], generator))];
    }

    private static void AssertClose(float[] expected, float[] actual) => Assert.Equal(expected, actual, static (a, b) => Math.Abs(a - b) <= 1e-5 * (1 + Math.Abs(a)));
}
