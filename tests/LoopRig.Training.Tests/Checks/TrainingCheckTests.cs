using LoopRig.Models.Checks;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class TrainingCheckTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("xu_training_gru2.safetensors")]
    [InlineData("foundation_training_tiny.safetensors")]
    public void Run_OfAGoldenFile_Passes(string name)
    {
        using SafetensorsFile file = Golden.Open(name);
        Assert.True(TrainingCheck.Recognise(file.Path));
        ModelCheckResult result = TrainingCheck.Run(file.Path);
        foreach ((string stage, double error) in result.Stages)
            output.WriteLine($"{stage}: {error:0.00e+0}");
        Assert.True(result.Passed);
        Assert.True(result.Stages.Count >= 5);
    }

    [Theory]
    [InlineData("grad.core.feedforward.blocks.1.convs.0.weights.1", "gradient")]
    [InlineData("after1.readout.feature.weights.0", "parameters after step 1")]
    [InlineData("after2.modulation.lstm.proj_i.biases.0", "parameters after step 2")]
    [InlineData("output.loss", "loss before step 1")]
    public void Run_OfAFileWithOneValueChanged_Fails(string name, string stage)
    {
        using SafetensorsFile file = Golden.Open("foundation_training_tiny.safetensors");
        using var folder = new TempFolder();
        using (var scope = new Scope())
        {
            Tensor changed = file.Tensor(name);
            float largest = changed.AsSpan().ToArray().Max(MathF.Abs);
            changed.AsSpan()[0] += name.StartsWith("grad", StringComparison.Ordinal) ? 1e-3f * largest : 1e-3f;
            SafetensorsWriter.Write(folder.Of("changed.safetensors"), file.Arrays.Values.Where(array => array.Name != name).Append(TensorArrays.FromTensor(name, changed)), file.Metadata);
        }
        ModelCheckResult result = TrainingCheck.Run(folder.Of("changed.safetensors"));
        Assert.False(result.Passed);
        Assert.True(result.Stages[stage] > ModelCheckResult.Tolerance);
    }
}
