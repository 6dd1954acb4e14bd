using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Tests.Live;

public sealed class HeadFixedReplayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-headfixed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Execute_MoviePupilAndWheel_FoundationNetworkPredictsEveryBin()
    {
        Repository.SkipWithoutData();
        var config = Config("absent.safetensors");

        var summary = LiveRun.Execute(config, new RunOptions { Seconds = 3, Output = TextWriter.Null }, TestContext.Current.CancellationToken);

        Assert.Null(summary.Fault);
        Assert.True(summary.Untrained);
        Assert.True(summary.Predictions > 30, $"{summary.Predictions} predictions");
        Assert.Equal(0, summary.Drops);
        using var reader = new SessionReader(summary.Session!);
        Assert.Equal(100, reader.Index.Find("predictions")!.Descriptor!.ElementCount);
    }

    [Fact]
    public void Load_TrainedFile_TakesItAndTheUntrainedOneHasTheConfigsStatistics()
    {
        Repository.SkipWithoutData();
        var streams = new[] { new Core.StreamDescriptor { Name = "monitor/72x128", Kind = Core.StreamKind.Image, DType = Core.DType.U8, Shape = [72, 128] } };
        var untrained = Config("absent.safetensors");
        using var network = RigNetwork.Load(untrained, untrained.Network!, streams);
        var spec = Assert.IsType<FoundationSpec>(network.Spec);
        Assert.Equal((72, 128), (spec.Stimulus.Height, spec.Stimulus.Width));
        Assert.Equal([104.8f, 74.9f], spec.Eye!.Mean);

        var path = Path.Combine(_folder, "trained.safetensors");
        NetworkFile.Save(network, path);
        var trained = Config(path);
        using var loaded = RigNetwork.Load(trained, trained.Network!, streams);
        Assert.Equal(network.Hash, loaded.Hash);
    }

    private RigConfig Config(string network)
    {
        var config = RigConfigFile.Load(Repository.PathOf("rig-configs", "replay-head-fixed.json"));
        var original = config.Network!;
        return config with
        {
            Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Network = new NetworkConfig { File = Path.Combine(_folder, network), UntrainedIfMissing = original.UntrainedIfMissing, Normalization = original.Normalization, Inputs = original.Inputs },
        };
    }
}
