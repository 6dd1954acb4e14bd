using System.Runtime.InteropServices;
using System.Text;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.Zmq;
using LoopRig.Stimulus.Live;
using Xunit;

namespace LoopRig.Stimulus.Tests;

/// <summary>A display without a window, with real sockets and a real clock.</summary>
public class DisplayAdapterTests
{
    private static readonly MonitorDescription s_monitor = new() { WidthPx = 160, HeightPx = 90, RefreshHz = 100 };

    [Fact]
    public async Task Run_CommandsFromTheWire_AreShownAndLogged()
    {
        Require();
        using var context = new ZmqContext();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "white": { "kind": "blank", "seconds": 0.1, "level": 1 } } }""") with { CommandEndpoint = "tcp://127.0.0.1:*" }, context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Output();
        var running = Task.Run(() => display.Run(output, stop.Token), TestContext.Current.CancellationToken);
        using var socket = context.CreateSocket(ZmqSocketType.Push);
        socket.LingerMs = 1000;
        socket.Connect(display.Commands.Endpoint!);
        await output.WaitForFlips(3);
        var issued = RigClock.Now;
        Assert.True(socket.Send("no command"u8));
        Assert.True(socket.Send(Encoding.UTF8.GetBytes(FormattableString.Invariant($$"""{"show":"test","issuedNs":{{issued}}}"""))));
        await output.WaitFor(r => r.Command == 0 && r.Frame == 9);
        await output.WaitForFlips(output.Flips.Length + 2);
        await stop.CancelAsync();
        await running;
        var flips = output.Flips;
        Assert.Equal(Enumerable.Range(0, flips.Length).Select(i => (long)i), flips.Select(f => f.Flip));
        var shown = flips.Where(f => f.Command == 0).ToArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), shown.Select(f => f.Frame));
        Assert.All(shown, f => Assert.Equal(issued, f.CommandedNs));
        Assert.All(shown, f => Assert.True(f.CommandedNs < f.DrawnNs && f.DrawnNs <= f.FlippedNs));
        Assert.Equal(1, display.Commands.Refused);
        // What was published as shown is white then, and gray otherwise (the corner aside).
        Assert.All(output.Frames.Where(f => shown.Any(s => s.FlippedNs == f.TimeNs)), f => Assert.Equal(255, f.Pixels[^1]));
        Assert.Equal(128, output.Frames[0].Pixels[^1]);
    }

    [Fact]
    public async Task Run_AnswersAndCommandsFromThisProcess_AreNamedByTheFlipsThatShowThem()
    {
        Require();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "white": { "kind": "blank", "seconds": 0.05, "level": 1 } } }"""), null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Output();
        var running = Task.Run(() => display.Run(output, stop.Token), TestContext.Current.CancellationToken);
        // What a rehearsal asks for comes to nothing.
        Assert.True(display.Commands.Give(new DisplayCommand(DisplayCommand.Gray - 1, CommandPolicy.Queued, RigClock.Now)));
        await output.WaitForFlips(3);
        Assert.All(output.Flips, f => Assert.Equal((-1L, -1L, 0L), (f.Stimulus, f.Answers, f.FrameNs)));
        // A bin without a command, then one with a command, as a controller gives them.
        var first = RigClock.Now;
        display.Commands.Answer(7, first - 1000, first);
        await output.WaitFor(f => f.Answers == 7);
        var second = RigClock.Now;
        Assert.True(display.Commands.Give(new DisplayCommand(0, CommandPolicy.Latest, second)));
        display.Commands.Answer(8, second - 1000, RigClock.Now);
        await output.WaitFor(f => f.Answers == 8 && f.Stimulus == -1);
        await stop.CancelAsync();
        await running;
        var answered = output.Flips.First(f => f.Answers == 8);
        Assert.Equal((0L, 0L, 0L, second, second - 1000), (answered.Stimulus, answered.Command, answered.Frame, answered.CommandedNs, answered.FrameNs));
        Assert.All(output.Flips.Where(f => f.Stimulus == 0), f => Assert.Equal(8, f.Answers));
        Assert.Equal((1L, 1L, 2L, 2L), (display.Answers.Drawn, display.Answers.CommandToDrawn.Count, display.Answers.DecisionToDrawn.Count, display.Answers.FrameToFlip.Count));
        Assert.Equal(Math.Max(answered.FlippedNs - answered.FrameNs, output.Flips.First(f => f.Answers == 7) is var f7 ? f7.FlippedNs - f7.FrameNs : 0), display.Answers.FrameToFlip.MaxNs);
        Assert.Equal(answered.DrawnNs - second, display.Answers.CommandToDrawn.MaxNs);
        var changes = new List<ShownStimulus>();
        while (display.TryTakeChange(out var change))
        {
            changes.Add(change);
        }
        Assert.Equal([new ShownStimulus(-1, output.Flips[0].FlippedNs), new ShownStimulus(0, answered.FlippedNs), new ShownStimulus(-1, output.Flips.First(f => f.Stimulus == -1 && f.Flip > answered.Flip).FlippedNs)], changes);
    }

    [Fact]
    public async Task Run_ControllerThatDecidesWithoutACommand_IsNotSilent()
    {
        Require();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "white": { "kind": "blank", "seconds": 0.6, "level": 1 } } }""") with { Safety = new SafetyLimits { MostSilenceSeconds = 0.25 } }, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Output();
        var running = Task.Run(() => display.Run(output, stop.Token), TestContext.Current.CancellationToken);
        await output.WaitForFlips(2);
        Assert.True(display.Commands.Give(new DisplayCommand(0, CommandPolicy.Latest, RigClock.Now)));
        for (var bin = 0; output.Flips.All(f => f.Frame < 59) && output.Reports.Count == 0; bin++)
        {
            display.Commands.Answer(bin, RigClock.Now, RigClock.Now);
            await output.WaitForFlips(output.Flips.Length + 1);
        }
        await stop.CancelAsync();
        await running;
        Assert.Empty(output.Reports);
        Assert.Contains(output.Flips, f => f.Frame == 59);
    }

    [Fact]
    public async Task Run_ControllerThatFailsBinByBin_EndsItsStimulus()
    {
        Require();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "white": { "kind": "blank", "seconds": 100, "level": 1 } } }""") with { Safety = new SafetyLimits { MostSilenceSeconds = 0.2 } }, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Output();
        var running = Task.Run(() => display.Run(output, stop.Token), TestContext.Current.CancellationToken);
        await output.WaitForFlips(2);
        Assert.True(display.Commands.Give(new DisplayCommand(0, CommandPolicy.Latest, RigClock.Now)));
        await output.WaitFor(r => r.Command == 0);
        var begun = output.Flips.First(r => r.Command == 0).Flip;
        for (var bin = 0; !output.Flips.Any(r => r.Command == -1 && r.Flip > begun); bin++)
        {
            display.Commands.Answer(bin, RigClock.Now, RigClock.Now, decided: false);
            await output.WaitForFlips(output.Flips.Length + 1);
        }
        await stop.CancelAsync();
        await running;
        Assert.Contains(output.Reports, r => r.Text.Contains("no decision", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_StimulusThatIsTooBright_IsNeverShown()
    {
        Require();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "white": { "kind": "blank", "seconds": 0.1, "level": 1 } } }""") with { First = "test", Safety = new SafetyLimits { MostMeanLevel = 0.7 } }, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Output();
        var running = Task.Run(() => display.Run(output, stop.Token), TestContext.Current.CancellationToken);
        await output.WaitForFlips(8);
        await stop.CancelAsync();
        await running;
        Assert.All(output.Frames, f => Assert.Equal(128, f.Pixels[^1]));
        Assert.Contains(output.Reports, r => r.Text.Contains("too bright", StringComparison.Ordinal));
        Assert.Equal((0L, 1L), (display.Answers.Drawn, display.Answers.Stopped));
    }

    [Fact]
    public async Task Run_ControllerThatIsSilent_EndsItsStimulus()
    {
        Require();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "white": { "kind": "blank", "seconds": 100, "level": 1 } } }""") with { Safety = new SafetyLimits { MostSilenceSeconds = 0.2 } }, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Output();
        var running = Task.Run(() => display.Run(output, stop.Token), TestContext.Current.CancellationToken);
        await output.WaitForFlips(2);
        Assert.True(display.Commands.Give(new DisplayCommand(0, CommandPolicy.Latest, RigClock.Now)));
        await output.WaitFor(r => r.Command == 0);
        var begun = output.Flips.First(r => r.Command == 0).Flip;
        await output.WaitFor(r => r.Command == -1 && r.Flip > begun);
        await stop.CancelAsync();
        await running;
        Assert.Contains(output.Reports, r => r.Text.Contains("no command", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FirstStimulusThatRepeats_BeginsAgain()
    {
        Require();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "white": { "kind": "blank", "seconds": 0.05, "level": 1 } } }""") with { First = "test", Repeat = true }, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Output();
        var running = Task.Run(() => display.Run(output, stop.Token), TestContext.Current.CancellationToken);
        await output.WaitFor(r => r.Command == 2);
        await stop.CancelAsync();
        await running;
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], output.Flips.Take(10).Select(f => (int)f.Frame));
    }

    [Fact]
    public void Run_FlipByFlip_AllocatesNothing()
    {
        Require();
        using var display = new DisplayAdapter(Options("""{ "stimuli": { "g": { "kind": "gabor", "filters": 3 }, "d": { "kind": "random-dots", "movements": 1 } } }""") with { First = "test", Clock = DisplayClock.Free }, null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = new Allocations(stop, 400);
        display.Run(output, stop.Token);
        Assert.Equal(0, output.Bytes);
        Assert.Equal(401, output.Flips);
    }

    [Fact]
    public void Give_FromThisProcess_AllocatesNothing()
    {
        using var inbox = new CommandInbox(["a"], null, null);
        var command = new DisplayCommand(0, CommandPolicy.Latest, 5);
        Assert.True(inbox.Give(command) && inbox.TryTake(out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            inbox.Give(command);
            inbox.TryTake(out command);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(new DisplayCommand(0, CommandPolicy.Latest, 5), command);
    }

    [Fact]
    public void Answer_FromThisProcess_AllocatesNothing()
    {
        using var inbox = new CommandInbox(["a"], null, null);
        inbox.Answer(1, 2, 3);
        Assert.True(inbox.TryTakeAnswer(out _));
        var (before, taken) = (GC.GetAllocatedBytesForCurrentThread(), 0L);
        for (var i = 0; i < 1000; i++)
        {
            inbox.Answer(i, 2, 3);
            taken += inbox.TryTakeAnswer(out var answer) ? answer.Bin : 0;
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((999L * 500, 0L), (taken, allocated));
    }

    private static DisplayOptions Options(string stimulus) => new()
    {
        Name = "display",
        Monitor = s_monitor,
        Window = false,
        Clock = DisplayClock.Paced,
        FramesHeight = 18,
        FramesWidth = 32,
        Stimuli = new Dictionary<string, StimulusFile> { ["test"] = StimulusFile.Parse(Encoding.UTF8.GetBytes(stimulus), "test.json") },
    };

    private static void Require()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 16, "heightPx": 16 }, "stimuli": { "b": { "kind": "blank" } } }""");
    }

    // Counts what the display's thread allocates from its 20th flip on, and stops it.
    private sealed class Allocations(CancellationTokenSource stop, int flips) : IStreamOutput
    {
        private long _from;

        public int Flips { get; private set; }

        public long Bytes { get; private set; }

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (stream != 0)
            {
                return;
            }
            if (++Flips == 20)
            {
                _from = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (Flips == flips)
            {
                Bytes = GC.GetAllocatedBytesForCurrentThread() - _from;
            }
            else if (Flips == flips + 1)
            {
                stop.Cancel();
            }
        }
    }

    private sealed class Output : IStreamOutput
    {
        private readonly Lock _gate = new();
        private readonly List<FlipRecord> _flips = [];
        private readonly SemaphoreSlim _changed = new(0);

        public FlipRecord[] Flips
        {
            get
            {
                lock (_gate)
                {
                    return [.. _flips];
                }
            }
        }

        public List<(long TimeNs, byte[] Pixels)> Frames { get; } = [];

        public List<SourceReport> Reports { get; } = [];

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (stream == 1)
            {
                Frames.Add((header.DeviceTimeNs, payload.ToArray()));
                return;
            }
            lock (_gate)
            {
                _flips.Add(MemoryMarshal.Read<FlipRecord>(payload));
            }
            _changed.Release();
        }

        public void Report(int stream, in SourceReport report) => Reports.Add(report);

        public Task WaitForFlips(int count) => WaitUntil(() => Flips.Length >= count);

        public Task WaitFor(Func<FlipRecord, bool> found) => WaitUntil(() => Flips.Any(found));

        private async Task WaitUntil(Func<bool> done)
        {
            while (!done())
            {
                await _changed.WaitAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
