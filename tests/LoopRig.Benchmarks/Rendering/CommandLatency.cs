using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.LibC;
using LoopRig.Stimulus.Live;

namespace LoopRig.Benchmarks;

/// <summary>How long a controller's command takes until its first frame is drawn, on a display that flips 60 times a second: between nothing and a period, and the drawing.</summary>
internal static class CommandLatency
{
    private const int Commands = 120;
    private const double RefreshHz = 60;

    public static Result Measure(string benchmark, int width, int height)
    {
        var gabor = StimulusFile.Parse("""{ "stimuli": { "g": { "kind": "gabor" } } }"""u8, "gabor");
        var options = new DisplayOptions
        {
            Name = "display",
            Monitor = new MonitorDescription { WidthPx = width, HeightPx = height, RefreshHz = RefreshHz },
            Window = false,
            Clock = DisplayClock.Paced,
            Stimuli = new Dictionary<string, StimulusFile> { ["gabor"] = gabor },
        };
        using var display = new DisplayAdapter(options, null);
        using var stop = new CancellationTokenSource();
        var output = new Records();
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                display.Run(output, stop.Token);
            }
            catch (LoopRigException e)
            {
                failed = e;
            }
        });
        thread.Start();
        using var pacer = new Pacer(CancellationToken.None);
        var random = new SeededRandom(1, "commands");
        while (output.Count == 0 && thread.IsAlive)
        {
            pacer.WaitUntil(RigClock.Now + 10 * RigClock.MillisecondNs);
        }
        for (var i = 0; i < Commands && thread.IsAlive; i++)
        {
            pacer.WaitUntil(RigClock.Now + (long)(random.Uniform(40, 80) * RigClock.MillisecondNs));
            display.Commands.Give(new DisplayCommand(0, CommandPolicy.Latest, RigClock.Now));
        }
        pacer.WaitUntil(RigClock.Now + 200 * RigClock.MillisecondNs);
        stop.Cancel();
        thread.Join();
        if (failed is not null)
        {
            throw failed;
        }
        var first = output.All.Where(r => r is { Frame: 0, Command: >= 0 }).ToArray();
        var (drawn, flipped) = (Spread.Of([.. first.Select(r => (r.DrawnNs - r.CommandedNs) / 1e6)]), Spread.Of([.. first.Select(r => (r.FlippedNs - r.CommandedNs) / 1e6)]));
        var json = new JsonObject
        {
            ["name"] = benchmark,
            ["case"] = $"command to drawn {width}x{height}",
            ["threads"] = Environment.ProcessorCount,
            ["reference"] = "none: a period of the display is 16.7 ms",
            ["ratio"] = null,
            ["ratio_interval"] = null,
            ["ours_ms"] = Result.ToJson(drawn),
            ["reference_ms"] = null,
            ["command_to_flip_ms"] = Result.ToJson(flipped),
            ["commands"] = first.Length,
            ["missed_refreshes"] = display.Watch.MissedByInterval,
        };
        return new Result(json,
            [FormattableString.Invariant($"{benchmark} command to drawn        {width}x{height}: p50 {drawn.P50:0.0} p99 {drawn.P99:0.0} ms, to flip p50 {flipped.P50:0.0} p99 {flipped.P99:0.0} ms; {first.Length} commands at 60 Hz, {display.Watch.MissedByInterval} refreshes missed")]);
    }

    private sealed class Records : IStreamOutput
    {
        private readonly FlipRecord[] _records = new FlipRecord[1 << 16];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public FlipRecord[] All => _records[..Count];

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (_count < _records.Length)
            {
                _records[_count] = MemoryMarshal.Read<FlipRecord>(payload);
                Volatile.Write(ref _count, _count + 1);
            }
        }
    }
}
