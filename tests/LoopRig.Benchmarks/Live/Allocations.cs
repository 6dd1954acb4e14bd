using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Models.Xu;
using LoopRig.Native.LibC;
using LoopRig.Torch;

namespace LoopRig.Benchmarks;

/// <summary>Managed bytes that the live loop allocates for each frame, with a network of published size and the sockets in. The budget is none.</summary>
internal sealed class Allocations : IBenchmark
{
    private const int Window = 6;
    private const int Frames = 1000;
    private const int WarmUp = 200;
    private const long PeriodNs = 16 * RigClock.MillisecondNs;

    public string Name => "allocations";

    public string Description => "managed bytes a frame in the live loop, network (Xu GRU_6) and sockets included; the budget is 0";

    public IReadOnlyList<int> Threads => [1];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        using var network = PublishedXu.Create(Window);
        var clock = new FrameClock(PeriodNs, Frames + WarmUp, WarmUp);
        using var path = new LoopPath("tcp", clock, LiveFrame.Pixels(), new FrozenNetwork("xu", network, Device.Cpu, threads), XuBehaviour.Behaviour);
        path.Start();
        clock.Begin(0);
        using var pacer = new Pacer(CancellationToken.None);
        var (source, process) = (0L, 0L);
        Span<int> collections = stackalloc int[3];
        for (var frame = 0; frame < clock.Frames; frame++)
        {
            pacer.WaitUntil(clock.DueNs(frame));
            if (frame == WarmUp)
            {
                Collections(collections);
                path.Loop.CountAllocationsFromNow();
                (source, process) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
            }
            path.Send(frame);
        }
        pacer.WaitUntil(RigClock.Now + 50 * RigClock.MillisecondNs); // the last ones arrive
        var loopBytes = path.Loop.AllocatedBytes;
        (source, process) = (GC.GetAllocatedBytesForCurrentThread() - source, GC.GetTotalAllocatedBytes(precise: true) - process);
        Span<int> after = stackalloc int[3];
        Collections(after);
        path.Check();
        var json = new JsonObject
        {
            ["name"] = Name,
            ["case"] = $"Xu GRU_{Window}",
            ["threads"] = threads,
            ["reference"] = "none: the budget is 0 bytes",
            ["ratio"] = null,
            ["ratio_interval"] = null,
            ["ours_ms"] = null,
            ["reference_ms"] = null,
            ["allocated_bytes_per_frame"] = Result.Round((double)loopBytes / Frames),
            ["source_bytes_per_frame"] = Result.Round((double)source / Frames),
            ["process_bytes_per_frame"] = Result.Round((double)process / Frames),
            ["gc"] = new JsonObject { ["gen0"] = after[0] - collections[0], ["gen1"] = after[1] - collections[1], ["gen2"] = after[2] - collections[2] },
            ["frames"] = Frames,
            ["fallbacks"] = path.Sink.Fallbacks,
            ["drops"] = path.Drops,
            ["not_merged"] = path.NotMerged,
            ["within_budget"] = loopBytes == 0,
        };
        return
        [
            new Result(json,
            [
                $"{Name} Xu GRU_{Window}, {Frames} frames: {(double)loopBytes / Frames:0.##} bytes a frame in the loop's threads, {(double)source / Frames:0.##} in the source's, "
                    + $"{(double)process / Frames:0.##} in the whole process (its watch and timers included){(loopBytes == 0 ? "" : ", OVER 0")}",
                $"  fallbacks {path.Sink.Fallbacks}, drops {path.Drops}, frames after their bin {path.NotMerged}; collections {after[0] - collections[0]}/{after[1] - collections[1]}/{after[2] - collections[2]}",
            ]),
        ];
    }

    private static void Collections(Span<int> counts)
    {
        for (var generation = 0; generation < counts.Length; generation++)
        {
            counts[generation] = GC.CollectionCount(generation);
        }
    }
}
