using LoopRig.Core;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class TrainConfigTests : IDisposable
{
    private const string Good = """
        {
          "network": { "kind": "xu" }, // the published sizes
          "data": { "kind": "images", "folder": "pictures" },
          "training": { "epochs": 7, "optimiser": { "kind": "sgd-clip", "clip": 0.02 }, "schedule": { "kind": "cosine", "cycleEpochs": 4, "warmUpEpochs": 1 }, "select": "correlation" },
          "seed": 3,
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfAGoodFile_FillsInDefaultsAndMakesPathsAbsolute()
    {
        TrainConfig config = Load(Good);
        Assert.Equal(_folder.Of("pictures"), ((ImagesConfig)config.Data).Folder);
        Assert.Equal(new SgdClipConfig { Clip = 0.02 }, config.Training.Optimiser);
        Assert.Equal(0.1, config.Training.Optimiser.LearningRate);
        Assert.Equal((7, 3, SelectionMetric.Correlation, 256), (config.Training.Epochs, config.Seed, config.Training.Select, config.Training.BatchSize));
        Assert.True(config.Test);
    }

    [Theory]
    [InlineData("\"epochs\"", "\"epoch\"", ":4", "training.epoch: unknown key")]
    [InlineData("\"clip\"", "\"clap\"", ":4", "training.optimiser.clap: unknown key")]
    [InlineData("\"seed\": 3", "\"seed\": \"x\"", ":5", "seed: ")]
    [InlineData("\"data\"", "\"date\"", ":3", "date: unknown key")]
    [InlineData("\"seed\": 3", "\"output\": \"runs\"", "", null)]
    [InlineData("\"epochs\": 7", "\"precision\": \"half\"", ":4", "training.precision: ")]
    [InlineData("sgd-clip", "sgd", ":4", "training.optimiser: there is no kind 'sgd'")]
    [InlineData("\"epochs\": 7", "\"epochs\": 0", "", "training.epochs: 0 is less than 1")]
    [InlineData("0.02", "0", "", "training.optimiser.clip: 0 lets nothing through")]
    [InlineData("\"cycleEpochs\": 4", "\"cycleEpochs\": 1", "", "training.schedule.cycleEpochs: ")]
    [InlineData("\"seed\": 3", "\"transfer\": { \"from\": \"absent.safetensors\" }", "", "transfer.from: there is no file")]
    [InlineData("\"xu\"", "\"xu\", \"behaviour\": \"Q\"", "", "network: 'Q' is no behaviour set")]
    [InlineData("\"xu\"", "\"xu\", \"behaviour\": \"none\", \"window\": 2", "", "network: a vision-only Xu network has no recurrent layer")]
    [InlineData("\"xu\"", "\"foundation\", \"recurrentGroups\": 3", "", "network: recurrentHidden = 256 and recurrentCommon = 512 cannot be divided into 3 groups")]
    [InlineData("\"xu\"", "\"resnet18\", \"pretrained\": \"absent.pth\"", "", "network: pretrained: there is no file")]
    [InlineData("\"xu\"", "\"sensorium\", \"behaviour\": true, \"shifter\": true, \"hiddenKernel\": 4", "", "network: channels, layers, kernels")]
    [InlineData("\"xu\"", "\"images\", \"levels\": 9", "", "network: an image of 56x56 pixels has no 9 levels")]
    [InlineData("\"seed\": 3", "\"transfer\": { }", ":5", "transfer.from: this key is missing")]
    [InlineData("{ \"kind\": \"xu\" }", "null", ":2", "network: null has no meaning here")]
    [InlineData("{ \"kind\": \"sgd-clip\", \"clip\": 0.02 }", "null", ":4", "training.optimiser: null has no meaning here")]
    [InlineData("\"seed\": 3", "\"compareWith\": [null]", "", "compareWith[0]: null has no meaning in a list")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"seed\": 4", ":5", "seed: this key stands twice")]
    [InlineData("{ \"kind\": \"sgd-clip\", \"clip\": 0.02 }", "{ \"kind\": \"adam\", \"beta1\": 1 }", "", "training.optimiser.beta1: 1 is not in 0..1")]
    [InlineData("{ \"kind\": \"sgd-clip\", \"clip\": 0.02 }", "{ \"kind\": \"adamw\", \"beta2\": -0.1 }", "", "training.optimiser.beta2: -0.1 is not in 0..1")]
    [InlineData("{ \"kind\": \"sgd-clip\", \"clip\": 0.02 }", "{ \"kind\": \"adamw\", \"epsilon\": 0 }", "", "training.optimiser.epsilon: 0 is not positive")]
    [InlineData("\"clip\": 0.02", "\"decay\": -1", "", "training.optimiser.decay: -1 is negative")]
    [InlineData("\"clip\": 0.02", "\"epsilon\": -1", "", "training.optimiser.epsilon: -1 is not positive")]
    public void Load_OfAWrongFile_NamesLineAndKey(string right, string wrong, string line, string? words)
    {
        string text = Good.Replace(right, wrong, StringComparison.Ordinal);
        if (words is null)
        {
            Load(text);
            return;
        }
        var error = Assert.Throws<RigConfigException>(() => Load(text));
        Assert.StartsWith($"{_folder.Of("train.json")}{line}: {words}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xu")]
    [InlineData("foundation")]
    [InlineData("sensorium")]
    [InlineData("autoencoder")]
    [InlineData("resnet18")]
    [InlineData("efficientnet-b0")]
    [InlineData("images")]
    [InlineData("ln")]
    public void Load_OfARecipeWithItsDefaults_Succeeds(string kind) => Assert.NotNull(Load(Good.Replace("\"xu\"", $"\"{kind}\"", StringComparison.Ordinal)).Network);

    [Fact]
    public void Load_OfNoFile_SaysSo()
        => Assert.Contains("cannot be read", Assert.Throws<RigConfigException>(() => TrainConfig.Load(_folder.Of("absent.json"))).Message, StringComparison.Ordinal);

    private TrainConfig Load(string text)
    {
        File.WriteAllText(_folder.Of("train.json"), text);
        return TrainConfig.Load(_folder.Of("train.json"));
    }
}
