using System.Text;
using LoopRig.Core.Stimuli;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Pictures;
using Xunit;

namespace LoopRig.Stimulus.Tests;

public class PresentationTests
{
    private static readonly StimulusPlan[] s_plans = [Plan(3), Plan(5)];

    [Fact]
    public void Advance_WithoutCommands_IsGray()
    {
        var presentation = new Presentation(s_plans);
        presentation.Advance();
        Assert.Equal((null, -1, -1L), (presentation.Plan, presentation.Stimulus, presentation.Command));
    }

    [Fact]
    public void Advance_Queued_ShowsEachToItsEndInOrder()
    {
        var presentation = new Presentation(s_plans);
        presentation.Take(new DisplayCommand(0, CommandPolicy.Queued, 1));
        presentation.Take(new DisplayCommand(1, CommandPolicy.Queued, 2));
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 1, -1, -1], Shown(presentation, 10));
        Assert.Equal(0, presentation.Replaced);
    }

    [Fact]
    public void Take_Latest_EndsWhatIsShownAndForgetsWhatWaits()
    {
        var presentation = new Presentation(s_plans);
        presentation.Take(new DisplayCommand(1, CommandPolicy.Queued, 1));
        presentation.Take(new DisplayCommand(1, CommandPolicy.Queued, 2));
        presentation.Take(new DisplayCommand(1, CommandPolicy.Queued, 3));
        Assert.Equal([1, 1], Shown(presentation, 2));
        presentation.Take(new DisplayCommand(0, CommandPolicy.Latest, 4));
        presentation.Advance();
        Assert.Equal((0, 0, 4L, true), (presentation.Stimulus, presentation.Frame, presentation.CommandedNs, presentation.IsFirst));
        Assert.Equal(2, presentation.Replaced);
        Assert.Equal([0, 0, -1], Shown(presentation, 3));
    }

    [Fact]
    public void Take_Gray_EndsWhatIsShown()
    {
        var presentation = new Presentation(s_plans);
        presentation.Take(new DisplayCommand(1, CommandPolicy.Latest, 1));
        presentation.Advance();
        presentation.Take(new DisplayCommand(-1, CommandPolicy.Latest, 2));
        presentation.Advance();
        Assert.Null(presentation.Plan);
    }

    [Theory]
    [InlineData("""{"show":"b","policy":"queued"}""", 1, CommandPolicy.Queued)]
    [InlineData("""{"policy":"latest","show":"a"}""", 0, CommandPolicy.Latest)]
    [InlineData("""{"show":null}""", -1, CommandPolicy.Latest)]
    public void TryRead_Command_IsRead(string json, int stimulus, CommandPolicy policy)
    {
        Assert.True(new CommandParser(["a", "b"]).TryRead(Encoding.UTF8.GetBytes(json), 1000, out var command));
        Assert.Equal(new DisplayCommand(stimulus, policy, 1000), command);
    }

    [Fact]
    public void TryRead_TimeOfIssue_CountsUnlessItLiesAhead()
    {
        var parser = new CommandParser(["a"]);
        Assert.True(parser.TryRead("""{"show":"a","issuedNs":700}"""u8, 1000, out var command));
        Assert.Equal(700, command.CommandedNs);
        Assert.True(parser.TryRead("""{"show":"a","issuedNs":70000}"""u8, 1000, out command));
        Assert.Equal(1000, command.CommandedNs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("show a")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"show":"c"}""")]
    [InlineData("""{"show":3}""")]
    [InlineData("""{"show":"a","policy":"soon"}""")]
    [InlineData("""{"show":"a","issuedNs":"x"}""")]
    [InlineData("""{"show":"a","level":1}""")]
    [InlineData("""{"show":"a""")]
    public void TryRead_AnythingElse_IsRefused(string text) => Assert.False(new CommandParser(["a", "b"]).TryRead(Encoding.UTF8.GetBytes(text), 1000, out _));

    private static int[] Shown(Presentation presentation, int flips)
    {
        var shown = new int[flips];
        for (var i = 0; i < flips; i++)
        {
            presentation.Advance();
            shown[i] = presentation.Stimulus;
        }
        return shown;
    }

    private static StimulusPlan Plan(int frames) =>
        StimulusFile.Parse(Encoding.UTF8.GetBytes(FormattableString.Invariant($$"""{ "monitor": { "refreshHz": 100 }, "stimuli": { "b": { "kind": "blank", "seconds": {{frames / 100.0}}, "level": 1 } } }""")), "test.json").Plan(null, new PictureFiles());
}
