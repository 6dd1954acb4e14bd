using System.Text.Json.Nodes;
using LoopRig.Core;
using static LoopRig.Inference.Tests.SteppedLoop;

namespace LoopRig.Inference.Tests;

/// <summary>The way from prediction to display. The network predicts 10 times the speed, plus 100 for each unit.</summary>
public sealed class ControlLoopTests
{
    private static readonly string[] s_first = ["unit0"];

    private static FakeNetwork Network(string name = "fake", int warmUp = 0, int units = 4) => new(name, units) { PerStep = 0, WarmUpSteps = warmUp };

    private static ThresholdRule Rule(int stimulus = 0, double above = 20, double rearm = 20, double refractoryBins = 0, params string[] units) =>
        new() { Units = units.Length == 0 ? s_first : units, Above = above, RearmBelow = rearm, RefractoryNs = (long)(refractoryBins * BinNs), Stimulus = stimulus };

    private static SteppedLoop Started(FakeNetwork network, IController controller, FakeDisplay display, FallbackKind fallback = FallbackKind.Hold, bool useFallbacks = false)
    {
        var rig = new SteppedLoop(network, new ControlParts(controller, display, useFallbacks), fallback);
        rig.PlayBin(1000, 0, 0);
        return rig;
    }

    // Plays bins from 1001 on, of black pictures and these speeds.
    private static void Play(SteppedLoop rig, params float[] speeds)
    {
        for (var i = 0; i < speeds.Length; i++)
        {
            rig.PlayBin(rig.Control!.Decisions + 1001, 0, speeds[i]);
        }
    }

    [Fact]
    public void Decide_PredictionRisesOverTheThreshold_CommandsOnceUntilItHasFallen()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule(stimulus: 1, above: 20, rearm: 10)]), display);
        // The level between rearmBelow (10) and above (20) neither crosses nor arms again.
        Play(rig, 0.5f, 2.5f, 3, 1.5f, 2.5f, 0.5f, 1.5f, 2f, 0);
        Assert.Equal([1, 1], display.Commands.Select(c => c.Stimulus));
        var decisions = rig.Records(ControlLoop.StreamName);
        Assert.Equal(Enumerable.Range(1001, 9).Select(b => (long)b), decisions.Select(d => d[0]));
        Assert.Equal([1002, 1008], decisions.Where(d => d[8] > 0).Select(d => d[0]));
        Assert.Equal([[1002, 1, 0, display.Commands[0].AtNs, 1], [1008, 1, 0, display.Commands[1].AtNs, 1]], rig.Records(ControlLoop.StreamName + "/commands"));
        Assert.Equal(2, rig.Control!.Commands.Given);
        Assert.Equal(2, rig.Control.PredictionToCommand.Count);
        Assert.Equal(9, rig.Control.PredictionToDecision.Count);
    }

    [Fact]
    public void Decide_AboveFromTheBeginning_HasNotCrossed()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule()]), display);
        Play(rig, 5, 5, 1, 5);
        Assert.Single(display.Commands);
        Assert.Equal(1004, rig.Records(ControlLoop.StreamName).Single(d => d[8] > 0)[0]);
    }

    [Fact]
    public void Decide_CrossingInTheRefractoryTime_IsCountedAndShowsNothing()
    {
        var display = new FakeDisplay();
        var controller = new ThresholdController([Rule(refractoryBins: 3)]);
        using var rig = Started(Network(), controller, display);
        Play(rig, 0, 3, 0, 3, 0, 3);
        Assert.Equal(2, display.Commands.Length); // bins 1002 and 1006; 1004 is two bins after the first
        var counted = controller.Summarise();
        Assert.Equal((3L, 1L), (counted["crossings"]!.GetValue<long>(), counted["suppressed"]!.GetValue<long>()));
    }

    [Fact]
    public void Decide_SeveralCrossingsInOneBin_FollowEachOtherInTheRulesOrder()
    {
        var display = new FakeDisplay();
        var controller = new ThresholdController([Rule(2), Rule(0, above: 120, rearm: 120, units: "unit1"), Rule(1, above: 1e5, rearm: 1e5)], then: -1);
        using var rig = Started(Network(), controller, display);
        Play(rig, 0, 3);
        Assert.Equal([(2, false), (0, true), (-1, true)], display.Commands.Select(c => (c.Stimulus, c.Queued)));
        var decision = rig.Records(ControlLoop.StreamName)[^1];
        Assert.Equal((1002L, 3L, 2L), (decision[0], decision[8], decision[9]));
    }

    [Fact]
    public void Decide_MeanOfSeveralUnits_IsCompared()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule(above: 80, rearm: 80, units: ["unit0", "unit1"])]), display);
        Play(rig, 2, 2.9f, 3.1f); // 50 more for unit1's share
        Assert.Single(display.Commands);
        Assert.Equal(1003, rig.Records(ControlLoop.StreamName).Single(r => r[8] > 0)[0]);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void Decide_Fallback_CountsOnlyWhereItIsAskedFor(bool useFallbacks, int commands)
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule()]), display, FallbackKind.LastPrediction, useFallbacks);
        Play(rig, 0);
        rig.PlayBin(1002, 0, 5, network: false); // the step on this bin is late ...
        rig.Clock.Now += rig.Settings.DeadlineNs;
        rig.RunLoop();
        rig.Control!.RunOnce();
        rig.Worker.RunOnce();
        rig.PlayBin(1003, 0, 5, network: false); // ... so that the next fallback is what it came to, and lies above the threshold
        rig.Clock.Now += rig.Settings.DeadlineNs;
        rig.RunLoop();
        rig.Control.RunOnce();
        Assert.Equal(50, rig.Values(2)[0]);
        Assert.True((rig.Sink.Bins[^1].Bin.Flags & BinFlags.Fallback) != 0);
        Assert.Equal(commands, display.Commands.Length);
        Assert.Equal(3, rig.Control.Decisions);
    }

    [Fact]
    public void Decide_NetworkThatWarmsUp_DecidesNothing()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(warmUp: 3), new ThresholdController([Rule()]), display);
        Play(rig, 0, 5, 0, 0, 5);
        Assert.Equal(1005, rig.Records(ControlLoop.StreamName).Single(r => r[8] > 0)[0]);
    }

    [Fact]
    public void Decide_ControllerThrows_TheLoopGoesOnAndSaysSoOnce()
    {
        var display = new FakeDisplay();
        var controller = new Throwing { From = 1002, To = 1004 };
        using var rig = Started(Network(), controller, display);
        Play(rig, 0, 1, 2, 3, 4);
        Assert.Equal(5, rig.Sink.Messages.Length);
        Assert.Equal([1001, 1002, 1003, 1004, 1005], rig.Records(ControlLoop.StreamName).Select(r => r[0]));
        Assert.Equal(3, rig.Control!.Faults);
        var told = rig.Sink.Events.Select(e => JsonNode.Parse(e)!).ToArray();
        Assert.Contains("out of ideas", told.Single(e => (string)e["kind"]! == "controller_fault")["reason"]!.GetValue<string>());
        Assert.Equal(3, told.Single(e => (string)e["kind"]! == "controller_recovered")["bins"]!.GetValue<long>());
        Assert.Equal([1001, 1005], display.Commands.Select(c => (long)c.Stimulus));
        // Each bin is answered, but nothing is heard of who has failed.
        Assert.Equal([(1001, true), (1002, false), (1003, false), (1004, false), (1005, true)], display.Answers.Select(a => (a.Bin, a.Decided)));
    }

    [Fact]
    public async Task Use_HotSwapToANetworkWithoutTheUnit_RestsUntilOneHasIt()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule(above: 320, rearm: 320, units: "unit3")]), display);
        Play(rig, 0, 3);
        Assert.Single(display.Commands);
        var bin = await rig.PlayUntil(rig.Swap.Begin(() => Network("smaller", units: 2), "test"), 1003, 0, 0);
        rig.PlayBin(bin++, 0, 5);
        Assert.Single(display.Commands);
        Assert.Contains("unit3", rig.Sink.Events.Single(e => e.Contains("controller_rests", StringComparison.Ordinal)));
        Assert.True(display.Answers[0].Decided);
        Assert.False(display.Answers[^1].Decided);
        bin = await rig.PlayUntil(rig.Swap.Begin(() => Network("third"), "test"), bin, 0, 5);
        rig.PlayBin(bin++, 0, 5);
        Assert.Single(display.Commands); // above from the new network's beginning: no crossing
        rig.PlayBin(bin++, 0, 0);
        rig.PlayBin(bin++, 0, 5);
        Assert.Equal(2, display.Commands.Length);
        Assert.True(display.Answers[^1].Decided);
    }

    [Fact]
    public void Offer_ControllerThatLags_GetsTheLatestAndTheRestIsCounted()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule()]), display);
        var (wait, loop) = (new BlockingWait(), rig.Control!);
        using (wait)
        {
            for (var bin = 1001; bin < 1006; bin++)
            {
                // As PlayBin, but the controller sleeps.
                rig.Clock.Now = bin * BinNs + BinNs / 2;
                rig.Push(0, rig.Clock.Now, 0);
                rig.Push(1, rig.Clock.Now, 1);
                rig.RunLoop();
                rig.Clock.Now = (bin + 1) * BinNs + rig.Settings.Bins.LatenessNs;
                rig.RunLoop();
                rig.Worker.RunOnce();
                rig.RunLoop();
            }
            Assert.True(loop.RunOnce());
            Assert.False(loop.RunOnce());
        }
        Assert.Equal(4, loop.Edge.Replaced);
        Assert.Equal(1005, Assert.Single(rig.Records(ControlLoop.StreamName))[0]);
        Assert.Equal(1005, Assert.Single(display.Answers).Bin);
    }

    [Fact]
    public void Answer_EveryBin_NamesItsLastFramesReceipt()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule()]), display);
        for (var bin = 1001; bin < 1004; bin++)
        {
            rig.Clock.Now = bin * BinNs + 1000;
            rig.Push(0, bin * BinNs + 500, 0);
            rig.RunLoop();
            rig.Clock.Now = bin * BinNs + 2000 + bin;
            rig.Push(0, bin * BinNs + 1500, 0);
            rig.RunLoop();
            rig.Push(1, bin * BinNs + 1500, 0);
            rig.Clock.Now = (bin + 1) * BinNs + rig.Settings.Bins.LatenessNs;
            rig.RunLoop();
            rig.Worker.RunOnce();
            rig.RunLoop();
            rig.Control!.RunOnce();
        }
        Assert.Equal(Enumerable.Range(1001, 3).Select(b => b * BinNs + 2000 + b), display.Answers.Select(a => a.FrameNs));
        Assert.Equal(display.Answers.Select(a => a.FrameNs), rig.Records(ControlLoop.StreamName).Select(r => r[3]));
        Assert.All(rig.Records(ControlLoop.StreamName), r => Assert.True(r[3] < r[4] && r[4] <= r[5] && r[5] <= r[6]));
    }

    [Fact]
    public void Decide_WhatWasOnTheScreen_IsToldOfTheBinAndNotOfTheMoment()
    {
        var (display, controller) = (new FakeDisplay(), new Watching());
        using var rig = Started(Network(), controller, display);
        Play(rig, 0); // 1001: gray
        display.Changes.Enqueue((2, 1002 * BinNs));
        display.Changes.Enqueue((-1, 1004 * BinNs - 5));
        display.Changes.Enqueue((1, 1004 * BinNs));
        Play(rig, 0, 0, 0, 0); // flips are told of as they happen, bins are decided about later
        Assert.Equal([-1, 2, ControlBin.Changed, 1, 1], controller.Shown);
        Assert.Equal([(-1, 0), (1, 1004 * BinNs)], controller.Now.Distinct());
    }

    [Fact]
    public void Show_DisplayWithoutRoom_IsCountedAndRecorded()
    {
        var display = new FakeDisplay(room: 1);
        using var rig = Started(Network(), new ThresholdController([Rule()]), display);
        Play(rig, 0, 3, 0, 3);
        Assert.Equal((1L, 1L), (rig.Control!.Commands.Given, rig.Control.Commands.Refused));
        Assert.Equal([1L, 0L], rig.Records(ControlLoop.StreamName + "/commands").Select(r => r[4]));
    }

    [Fact]
    public void RunOnce_DisplayThatStopsFlipping_IsToldOnceAndWhenItIsBack()
    {
        var display = new FakeDisplay();
        using var rig = Started(Network(), new ThresholdController([Rule()]), display);
        display.FlippedNs = rig.Clock.Now;
        Play(rig, 0);
        rig.Clock.Now += RigClock.SecondNs;
        for (var i = 0; i < 20; i++)
        {
            Play(rig, 0);
        }
        display.FlippedNs = rig.Clock.Now + BinNs;
        Play(rig, 0);
        Assert.Equal(1, rig.Control!.Stalls);
        Assert.Single(rig.Sink.Events, e => e.Contains("display_stalled", StringComparison.Ordinal) && e.Contains("screen", StringComparison.Ordinal));
        Assert.Single(rig.Sink.Events, e => e.Contains("display_back", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_ChannelThatThereIsNot_NamesItAndThoseThereAre()
    {
        var parts = new ControlParts(new BehaviourController([new BehaviourRule { Variable = "treadmill.sped", Above = 1, LeaveBelow = 1 }]), new FakeDisplay());
        var error = Assert.Throws<NetworkException>(() => new SteppedLoop(Network(), parts));
        Assert.Contains("treadmill.sped", error.Message);
        Assert.Contains("treadmill.speed", error.Message);
    }

    [Fact]
    public void Decide_BehaviourThatStays_EntersAndLeaves()
    {
        var display = new FakeDisplay();
        var controller = new BehaviourController([new BehaviourRule { Variable = "treadmill.speed", Above = 2, LeaveBelow = 1, HoldNs = 2 * BinNs, Enter = 1, Leave = -1 }]);
        using var rig = Started(Network(), controller, display);
        Play(rig, 0, 3, 0, 3, 3, 1.5f, 0.5f, 1.5f, 0.5f, 0.5f, 0);
        // One bin of running is too short (1002), as is one of rest (1007).
        Assert.Equal([(1005, 1), (1010, -1)], rig.Records(ControlLoop.StreamName + "/commands").Select(r => ((int)r[0], (int)r[1])));
    }

    private sealed class Watching : IController
    {
        public List<int> Shown { get; } = [];
        public List<(int, long)> Now { get; } = [];

        public IReadOnlyList<string> Variables => [];

        public void Use(IReadOnlyList<string> unitIds)
        {
        }

        public void Decide(in ControlBin bin, StimulusCommands commands)
        {
            Shown.Add(bin.Shown);
            Now.Add((bin.ShownNow, bin.ShownNowSinceNs));
        }

        public JsonObject Summarise() => [];
    }

    private sealed class Throwing : IController
    {
        public long From { get; init; }
        public long To { get; init; }

        public IReadOnlyList<string> Variables => [];

        public void Use(IReadOnlyList<string> unitIds)
        {
        }

        public void Decide(in ControlBin bin, StimulusCommands commands)
        {
            if (bin.Index >= From && bin.Index <= To)
            {
                throw new InvalidOperationException("out of ideas");
            }
            commands.Show((int)bin.Index);
        }

        public JsonObject Summarise() => [];
    }
}
