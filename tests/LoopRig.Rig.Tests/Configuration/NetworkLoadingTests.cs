using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Models.Sensorium;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Tests.Configuration;

public sealed class NetworkLoadingTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("looprig-network-").FullName, "sensorium.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public void Load_StatisticsNowhere_IsRefusedAndNamesEveryInput()
    {
        Save(Sensorium2022Spec.PublishedInputs(behaviour: true));
        var error = Assert.Throws<RigConfigException>(() => Load([]));
        Assert.Equal("network.normalization", error.Key);
        Assert.Contains("image, eyerad, eyerad', speed, pupil_x, pupil_y", error.Message);
    }

    [Fact]
    public void Load_SomeStatisticsMissing_NamesThose()
    {
        Save(Sensorium2022Spec.PublishedInputs(behaviour: true));
        var error = Assert.Throws<RigConfigException>(() => Load(["image", "eyerad", "speed", "pupil_x", "pupil_y"]));
        Assert.EndsWith("give mean and std of eyerad'", error.Message);
    }

    [Fact]
    public void Load_StatisticsInTheConfigOrTheFile_IsLoaded()
    {
        Save(Sensorium2022Spec.PublishedInputs(behaviour: false));
        using (var network = Load(["image"]))
        {
            Assert.Equal((0.4f, 0.2f), (network.Inputs[0].Mean[0], network.Inputs[0].Std[0]));
        }
        Save([.. Sensorium2022Spec.PublishedInputs(behaviour: false).Select(i => i with { Mean = [0.3f], Std = [0.1f] })]);
        using var complete = Load([]);
        Assert.Equal(0.3f, complete.Inputs[0].Mean[0]);
    }

    [Fact]
    public void Load_FoundationWithoutStatistics_NamesEyeAndBehaviourAndNotTheStimulus()
    {
        using (var network = NetworkFile.Create(new FoundationSpec { Inputs = FoundationSpec.InputsFor(36, 64), UnitIds = ["a"], Streams = 1, RetinaHeight = 16, RetinaWidth = 24 }, 1))
        {
            NetworkFile.Save(network, _file);
        }
        var error = Assert.Throws<RigConfigException>(() => Load([]));
        Assert.EndsWith("give mean and std of pupil_x, pupil_y, eyerad, speed", error.Message);
        using var complete = Load(["pupil_x", "pupil_y", "eyerad", "speed"]);
        Assert.Equal([0.4f, 0.4f], complete.Inputs[1].Mean);
    }

    private void Save(InputSpec[] inputs)
    {
        using var network = NetworkFile.Create(new Sensorium2022Spec { Session = "1", Inputs = inputs, UnitIds = ["a", "b"], Channels = 2, Layers = 2 }, 1);
        NetworkFile.Save(network, _file);
    }

    private INetwork Load(string[] given)
    {
        var config = new NetworkConfig { File = _file, Normalization = given.ToDictionary(n => n, _ => new StatisticsConfig { Mean = 0.4, Std = 0.2 }) };
        var rig = new RigConfig { Subject = new SubjectConfig { Id = "s" }, Adapters = [new SimulatedMouseConfig { Name = "mouse" }], Network = config };
        return NetworkLoading.Load(rig, config);
    }
}
