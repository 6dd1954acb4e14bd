using LoopRig.Rig.Configuration;
using LoopRig.Rig.Inception;

namespace LoopRig.Rig.Tests.Inception;

public sealed class LiveInceptionRigTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("trained.safetensors")]
    public void With_RigThatHasAController_ShowsNothingButTheLoopsOwn(string? network)
    {
        var config = RigConfigFile.Load(Repository.PathOf("rig-configs", "sim-closed-loop.json"));
        Assert.NotNull(config.Controller);
        var taken = new LiveInceptionRig(config, TextWriter.Null).With("present.json", "sessions", 3, network);
        Assert.Null(taken.Controller);
        Assert.Equal(network, taken.Network?.File);
        var display = Assert.Single(taken.Adapters.OfType<DisplayConfig>());
        Assert.Equal("present.json", Assert.Single(display.Stimuli).Value);
        Assert.Equal((display.Stimuli.Keys.Single(), false), (display.First, display.Repeat));
        Assert.Equal(3, taken.Adapters.OfType<SimulatedHeadFixedConfig>().Single().Session);
    }
}
