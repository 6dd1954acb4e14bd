using System.Globalization;
using System.Text.Json;
using LoopRig.Models.Foundation;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using LoopRig.Torch.Tests.Formats;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Tests;

/// <summary>The published training step of the foundation network: loss, gradients, and how the optimiser treats each parameter.</summary>
public sealed class FoundationTrainingGoldenTests(ITestOutputHelper output)
{
    private const int BurnIn = 2;

    [Fact]
    public void ForwardTraining_WithoutNoise_GivesThePublishedLossAndGradients()
    {
        using SafetensorsFile file = SafetensorsFile.Open(TestFolder.Shared("golden/foundation_training_tiny.safetensors"));
        using Scope scope = new();
        using FoundationNetwork network = Build(file);
        foreach (Tensor parameter in network.Weights.Parameters.Values)
            parameter.RequiresGrad = true;
        // The file has time first.
        Tensor Windows(string name) => file.Arrays[name].ToTensor().To(ScalarType.Float32).Transpose(0, 1).Contiguous();
        Tensor stimulus = Windows("input.stimulus").Unsqueeze(2) / 255; // [N, T, 1, H, W]

        TrainingPass pass = network.ForwardTraining([stimulus, Windows("input.eye"), Windows("input.behaviour")], new TrainingContext(new Random(1), 1) { Noise = false });
        long frames = pass.Responses.Size(1) - BurnIn;
        Tensor rate = pass.Responses.Narrow(1, BurnIn, frames), response = Windows("input.response").Narrow(1, BurnIn, frames);
        Tensor loss = F.Mean(rate - response * F.Log(rate + 1e-8));
        loss.Backward();

        Assert.Null(pass.Penalty);
        Assert.Equal(file.Arrays["output.loss"].ReadFloats()[0], loss.Item(), 1e-5);
        double worst = 0;
        foreach ((string name, Tensor parameter) in network.Weights.Parameters)
        {
            // What only sampling noise depends on has no gradient without noise.
            if (!file.Arrays.TryGetValue("grad." + name, out NamedArray? array))
            {
                Assert.Null(parameter.Grad);
                continue;
            }
            float[] expected = array.ReadFloats(), gradient = parameter.Grad!.ToArray();
            double largest = expected.Max(static value => Math.Abs(value));
            double error = expected.Zip(gradient, static (a, b) => Math.Abs((double)a - b)).Max() / largest;
            worst = Math.Max(worst, error);
            if (error > 1e-5) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-60} {error:g3}"));
        }
        Assert.True(worst <= 1e-4, $"{worst}");
    }

    [Fact]
    public void Traits_OfEveryParameter_AreThePublishedFlags()
    {
        using SafetensorsFile file = SafetensorsFile.Open(TestFolder.Shared("golden/foundation_training_tiny.safetensors"));
        using FoundationNetwork network = Build(file);
        using JsonDocument flags = JsonDocument.Parse(file.Metadata["flags"]);
        Assert.Equal(flags.RootElement.EnumerateObject().Select(static flag => flag.Name).Order(), network.Weights.Parameters.Keys.Order());
        foreach (JsonProperty flag in flags.RootElement.EnumerateObject())
        {
            ParameterTraits traits = network.Weights.Traits[flag.Name];
            JsonElement dims = flag.Value.GetProperty("norm_dim");
            int[]? expected = dims.ValueKind switch { JsonValueKind.Null => null, JsonValueKind.Number => [dims.GetInt32()], _ => [.. dims.EnumerateArray().Select(static d => d.GetInt32())] };
            Assert.True(flag.Value.GetProperty("scale").GetDouble() == traits.Scale && flag.Value.GetProperty("decay").GetBoolean() == traits.Decay, $"{flag.Name}: {traits}");
            Assert.Equal(expected, traits.NormDims);
        }
    }

    private static FoundationNetwork Build(SafetensorsFile file)
    {
        Dictionary<string, NamedArray> weights = file.Arrays.Where(static pair => pair.Key.StartsWith("param.", StringComparison.Ordinal)).ToDictionary(static pair => pair.Key[6..], static pair => pair.Value);
        return (FoundationNetwork)NetworkFile.Build(file.Path, weights, new NetworkOptions { ImageHeight = 36, ImageWidth = 64 });
    }
}
