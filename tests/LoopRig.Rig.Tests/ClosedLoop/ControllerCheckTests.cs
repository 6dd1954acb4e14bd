using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;
using LoopRig.Stimulus.Live;

namespace LoopRig.Rig.Tests.ClosedLoop;

/// <summary>What a controller's keys can have wrong by themselves.</summary>
public sealed class ControllerCheckTests : IDisposable
{
    private const string Good = """
        {
          "subject": { "id": "m1" },
          "adapters": [ { "kind": "display", "name": "screen", "stimuli": { "grating": "grating.json" } } ],
          "network": { "file": "absent.safetensors", "untrainedIfMissing": "xu" },
          "controller": { "kind": "threshold", "rules": [ { "units": ["a"], "above": 2, "rearmBelow": 1, "stimulus": "grating" } ], "then": "gray" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-controller-").FullName;

    public ControllerCheckTests() => File.WriteAllText(Path.Combine(_folder, "grating.json"), """{ "stimuli": { "g": { "kind": "grating" } } }""");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_ControllerThatFits_IsReadWhole()
    {
        var controller = Assert.IsType<ThresholdControllerConfig>(Load(Good).Controller);
        Assert.Equal((2.0, 1.0, "grating"), (controller.Rules[0].Above, controller.Rules[0].RearmBelow!.Value, controller.Rules[0].Stimulus));
        Assert.False(controller.UseFallbacks);
        // As the session keeps it.
        var kept = Assert.IsType<ThresholdControllerConfig>(RigConfigFile.FromJson(RigConfigFile.ToJson(Load(Good))).Controller);
        Assert.Equal(["a"], kept.Rules[0].Units);
    }

    [Theory]
    [InlineData("\"stimulus\": \"grating\"", "\"stimulus\": \"gratin\"", "controller.rules[0].stimulus", "did you mean 'grating'?")]
    [InlineData("\"then\": \"gray\"", "\"then\": \"black\"", "controller.then", "no stimulus 'black'")]
    [InlineData("\"kind\": \"threshold\"", "\"display\": \"scren\", \"kind\": \"threshold\"", "controller.display", "did you mean 'screen'?")]
    [InlineData("\"network\": { \"file\": \"absent.safetensors\", \"untrainedIfMissing\": \"xu\" },", "", "controller", "there is no network")]
    [InlineData("\"name\": \"screen\"", "\"process\": \"alone\", \"name\": \"screen\"", "controller.display", "process of its own")]
    [InlineData("\"name\": \"screen\"", "\"name\": \"controller\"", "adapters[0].name", "another name")]
    [InlineData("\"rearmBelow\": 1", "\"rearmBelow\": 3", "controller.rules[0].rearmBelow", "lies over above")]
    [InlineData("} } ],\n", "} }, { \"kind\": \"display\", \"name\": \"second\", \"stimuli\": {} } ],\n", "controller.display", "name one: screen, second")]
    public void Load_ControllerThatDoesNotFit_NamesTheKey(string right, string wrong, string key, string message)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        var error = Assert.Throws<RigConfigException>(() => Load(Good.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Equal(key, error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NextBestOnADisplayThatRepeats_IsRefused()
    {
        var text = Good[..Good.IndexOf("\"controller\"", StringComparison.Ordinal)] + """ "controller": { "kind": "next-best" } }""";
        Assert.IsType<NextBestControllerConfig>(Load(text).Controller);
        var error = Assert.Throws<RigConfigException>(() => Load(text.Replace("\"name\": \"screen\"", "\"name\": \"screen\", \"repeat\": true", StringComparison.Ordinal)));
        Assert.Equal("adapters[0].repeat", error.Key);
        Assert.Contains("next-best", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Number_StimulusThatTheDisplayLacks_IsNotGray()
    {
        using var adapter = new DisplayAdapter(new DisplayOptions { Name = "screen", Stimuli = new Dictionary<string, StimulusFile> { ["grating"] = StimulusFile.Load(Path.Combine(_folder, "grating.json")) } }, null);
        var display = new ControlledDisplay(adapter);
        Assert.Equal((0, -1), (RigController.Number("grating", display), RigController.Number("gray", display)));
        Assert.Contains("disc", Assert.Throws<LoopRigException>(() => RigController.Number("disc", display)).Message, StringComparison.Ordinal);
    }

    private RigConfig Load(string text)
    {
        var file = Path.Combine(_folder, "rig.json");
        File.WriteAllText(file, text);
        return RigConfigFile.Load(file);
    }
}
