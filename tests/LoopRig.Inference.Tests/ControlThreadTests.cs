using LoopRig.Core;

namespace LoopRig.Inference.Tests;

/// <summary>The controller's thread beside the loop's, with real sockets and a real clock.</summary>
[Collection(nameof(Quiet))]
public sealed class ControlThreadTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_PredictionsThatCrossBinByBin_CommandAtOnceAndAllocateNothing()
    {
        // The network counts its steps, so that a threshold between two of them is crossed once, and one for each of 200 steps crosses in each.
        var rules = Enumerable.Range(0, 400).Select(i => new ThresholdRule { Units = ["unit0"], Above = 1000 * (50 + i), RearmBelow = 1000 * (50 + i), Stimulus = i % 3 });
        var (display, sink) = (new CountingDisplay(), new NullSink());
        using var rig = new ThreadedLoop(new FakeNetwork(), sink, binMs: 8, deadlineMs: 6, control: new ControlParts(new ThresholdController([.. rules]), display));
        await rig.StartAsync(Stop);
        var (counters, control) = (rig.Inference.Loop.Counters, rig.Inference.Control!);
        rig.FeedUntil(() => counters.Bins >= 40, Stop);
        rig.Inference.CountAllocationsFromNow();
        rig.FeedUntil(() => display.Commands >= 300, Stop);
        var allocated = rig.Inference.AllocatedBytes;
        rig.Inference.Stop();
        var latency = control.PredictionToCommand.Summarise();
        output.WriteLine(FormattableString.Invariant($"{display.Commands} commands; prediction to command p50 {latency.P50:0.0} us, p99 {latency.P99:0.0} us, max {latency.Max:0.0} us; {control.Edge.Replaced} replaced"));
        Assert.Equal(0, allocated);
        Assert.Equal(display.Commands, control.Commands.Given);
        Assert.Equal(counters.Bins, control.Decisions + control.Edge.Replaced);
        Assert.Equal(counters.Bins, display.LastAnswer - display.FirstAnswer + 1);
    }

    private sealed class CountingDisplay : IStimulusDisplay
    {
        private long _commands;

        public long Commands => Volatile.Read(ref _commands);
        public long FirstAnswer { get; private set; } = -1;
        public long LastAnswer { get; private set; }
        public string Name => "screen";
        public IReadOnlyList<string> Stimuli { get; } = ["a", "b", "c"];
        public IReadOnlyList<double> Seconds { get; } = [1, 1, 1];
        public long FlippedNs => RigClock.Now;

        public bool TryTakeChange(out int stimulus, out long sinceNs)
        {
            (stimulus, sinceNs) = (-1, 1);
            return false;
        }

        public bool Show(int stimulus, bool queued, long commandedNs)
        {
            Volatile.Write(ref _commands, _commands + 1);
            return true;
        }

        public void Answer(long bin, long frameNs, long dealtWithNs, bool decided)
        {
            FirstAnswer = FirstAnswer < 0 ? bin : FirstAnswer;
            LastAnswer = bin;
        }
    }
}
