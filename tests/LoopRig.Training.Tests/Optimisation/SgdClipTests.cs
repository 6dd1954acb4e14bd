using System.Text.Json;
using LoopRig.Models;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class SgdClipTests
{
    [Fact]
    public void Step_WithThePublishedGradients_GivesThePublishedParameters()
    {
        using SafetensorsFile file = Golden.Open("foundation_training_tiny.safetensors");
        using var scope = new Scope();
        using JsonDocument flags = JsonDocument.Parse(file.Metadata["flags"]);
        TrainedParameter[] parameters = [.. flags.RootElement.EnumerateObject().Select(flag => new TrainedParameter(flag.Name, file.Tensor("param." + flag.Name), Traits(flag.Value)))];
        foreach (TrainedParameter parameter in parameters)
        {
            parameter.Value.RequiresGrad = true;
            if (file.Arrays.ContainsKey("grad." + parameter.Name))
                parameter.Value.Grad = file.Tensor("grad." + parameter.Name);
        }
        using var optimiser = new SgdClip(parameters, 0.1, 1e-4, 0.9, true, 0.01, 1e-3);
        optimiser.Step();
        foreach (TrainedParameter parameter in parameters)
        {
            float[] expected = file.Arrays["after1." + parameter.Name].ReadFloats(), actual = parameter.Value.Detach().ToArray();
            for (int at = 0; at < expected.Length; at++)
                Assert.Equal(expected[at], actual[at], 5e-7 * (1 + Math.Abs(expected[at])));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Step_ManyTimes_FollowsTheFormula(bool nesterov)
    {
        using var scope = new Scope();
        Tensor x = Tensor.FromArray([3f, -4f, 0.5f, 0.1f], 2, 2);
        x.RequiresGrad = true;
        using var optimiser = new SgdClip([new TrainedParameter("x", x, new ParameterTraits(2, true, [1]))], 0.1, 0.01, 0.8, nesterov, 0.1, 0.05);
        double[] p = [3, -4, 0.5, 0.1], momentum = new double[4];
        for (int step = 0; step < 6; step++)
        {
            Functional.Sum(Functional.Pow(x, 4)).Backward();
            optimiser.Step();
            double[] g = [.. p.Select(static value => 2 * 4 * value * value * value)];
            for (int row = 0; row < 2; row++)
            {
                double own = Math.Sqrt(p[2 * row] * p[2 * row] + p[2 * row + 1] * p[2 * row + 1]), norm = Math.Sqrt(g[2 * row] * g[2 * row] + g[2 * row + 1] * g[2 * row + 1]);
                double most = Math.Max(0.1 * own, 0.05 * 2);        // sqrt of 4 elements
                g[2 * row] *= most / Math.Max(norm, most);
                g[2 * row + 1] *= most / Math.Max(norm, most);
            }
            for (int i = 0; i < 4; i++)
            {
                momentum[i] = 0.8 * momentum[i] + g[i];
                p[i] -= 0.1 * ((nesterov ? g[i] + 0.8 * momentum[i] : momentum[i]) + 0.01 * p[i]);
            }
        }
        float[] actual = x.Detach().ToArray();
        for (int i = 0; i < 4; i++)
            Assert.Equal(p[i], actual[i], 1e-5);
    }

    private static ParameterTraits Traits(JsonElement flag)
    {
        JsonElement dims = flag.GetProperty("norm_dim");
        int[]? over = dims.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number => [dims.GetInt32()],
            _ => [.. dims.EnumerateArray().Select(static dimension => dimension.GetInt32())],
        };
        return new ParameterTraits(flag.GetProperty("scale").GetDouble(), flag.GetProperty("decay").GetBoolean(), over);
    }
}
