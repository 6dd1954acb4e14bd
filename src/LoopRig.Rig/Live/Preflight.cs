using System.Diagnostics;
using System.Globalization;
using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.V4l2;
using LoopRig.Native.Zmq;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>Checks before a session what would spoil it: sources, network against streams, sockets, disk, clock, what the system permits, who the animal is.</summary>
public static class Preflight
{
    private const int WriteBytes = 64 << 20;
    private const double LeastHours = 2;
    private const double ClockResolutionNs = 1000;

    /// <summary>Checks everything, whatever fails on the way; nothing is started or left behind.</summary>
    /// <param name="config">The rig, loaded: its keys, types, ranges and files are right already.</param>
    /// <param name="stop">Ends the wait for sources on the wire.</param>
    /// <returns>One line a check; the rig must not start if any is <see cref="PreflightResult.Fail"/>.</returns>
    public static IReadOnlyList<PreflightLine> Run(RigConfig config, CancellationToken stop)
    {
        var lines = new List<PreflightLine> { new(PreflightResult.Ok, "config", $"{config.File}: every key is known and in range") };
        CheckSubject(config.Subject, lines);
        foreach (var adapter in config.Adapters.Where(a => a.Faults.Length > 0))
        {
            lines.Add(new(PreflightResult.Warn, $"faults {adapter.Name}", $"{adapter.Faults.Length} fault(s) will be injected on purpose: a rehearsal, not an experiment"));
        }
        ListCameras(lines);
        using var context = new ZmqContext();
        var streams = CheckSources(config, context, lines, out var rawVideo, stop);
        CheckNetwork(config, streams, lines);
        lines.AddRange(config.Adapters.OfType<DisplayConfig>().SelectMany(d => RigDisplay.Check(d, stop)));
        CheckSockets(config, context, lines);
        CheckDisk(config, streams, rawVideo, lines);
        CheckClock(lines);
        CheckSystem(config.RealTime, lines);
        return lines;
    }

    private static void CheckSubject(SubjectConfig subject, List<PreflightLine> lines)
    {
        var missing = new List<string>();
        if (subject.Sex == "U")
        {
            missing.Add("sex");
        }
        if (subject.Age.Length == 0)
        {
            missing.Add("age");
        }
        lines.Add(missing.Count == 0
            ? new(PreflightResult.Ok, "subject", $"{subject.Id}, {subject.Species}, {subject.Sex}, {subject.Age}")
            : new(PreflightResult.Warn, "subject", $"{subject.Id}: {string.Join(" and ", missing)} not given (subject.{missing[0]}); an archive will ask"));
    }

    private static void ListCameras(List<PreflightLine> lines)
    {
        var cameras = V4l2Camera.List(V4l2System.Kernel);
        lines.Add(new(PreflightResult.Ok, "cameras", cameras.Count == 0 ? "this computer has none (/dev/video*)" : string.Join(", ", cameras)));
    }

    private static List<StreamDescriptor> CheckSources(RigConfig config, ZmqContext context, List<PreflightLine> lines, out double rawVideoPerSecond, CancellationToken stop)
    {
        var streams = new List<StreamDescriptor>();
        rawVideoPerSecond = 0;
        // All are open at once, as in a run: one may be what another reads.
        var adapters = new RigAdapters(config, (wanted, source) => AloneAdapter.Open(config, wanted, source, context, null, stop))
            .Open((wanted, error) => lines.Add(new(PreflightResult.Fail, $"source {wanted.Name}", error.Message)));
        foreach (var adapter in adapters.OfType<IAdapter>())
        {
            streams.AddRange(adapter.Streams);
            lines.Add(new(PreflightResult.Ok, $"source {adapter.Name}", string.Join(", ", adapter.Streams.Select(Describe))));
            if (AdapterFactory.Bare(adapter) is VideoAdapter video)
            {
                rawVideoPerSecond += video.WantsVideo ? video.VideoBytesPerSecond : 0;
                lines.AddRange(video.Remarks.Select(r => new PreflightLine(PreflightResult.Warn, $"camera {adapter.Name}", r)));
            }
            adapter.Dispose();
        }
        foreach (var twice in streams.GroupBy(s => s.Name).Where(g => g.Count() > 1))
        {
            lines.Add(new(PreflightResult.Fail, $"stream {twice.Key}", $"{twice.Count()} sources publish it"));
        }
        return streams;
    }

    private static void CheckNetwork(RigConfig config, List<StreamDescriptor> streams, List<PreflightLine> lines)
    {
        if (config.Network is not { } wanted)
        {
            lines.Add(new(PreflightResult.Warn, "network", "none: the rig only records"));
            return;
        }
        if (wanted.TrainIfMissing is not null && !File.Exists(wanted.File))
        {
            lines.Add(new(PreflightResult.Warn, "network", $"{wanted.File} does not exist: the first run trains it, as {wanted.TrainIfMissing} says"));
            return;
        }
        try
        {
            using var network = RigNetwork.Load(config, wanted, streams);
            if (config.Controller is not null)
            {
                ControllerCheck.CheckVariables(config, streams);
                ControllerCheck.CheckUnits(config, network.UnitIds);
                lines.Add(new(PreflightResult.Ok, "controller", $"commands display {ControllerCheck.DisplayOf(config, config.Controller).Name}"));
            }
            RigSets.Check(config, network.Hash);
            var settings = RigNetwork.Settings(config, streams, network.Inputs);
            settings.Validate();
            using var loaded = new Inference.LoadedNetwork(RigNetwork.Freeze(network, wanted, wanted.File), settings);
            var stepNs = loaded.WarmUp(50, RigClock.SecondNs);
            var text = Invariant($"{wanted.File}: {network.Kind}, {network.Units} units, inputs from {string.Join(", ", settings.Needed)}; a step takes {stepNs / 1e6:F2} ms of {config.Prediction.DeadlineMs:F0}");
            lines.Add(RigNetwork.IsUntrained(wanted)
                ? new(PreflightResult.Warn, "network", $"{wanted.File} does not exist: random weights would stand in, whose predictions mean nothing")
                : new(stepNs < settings.DeadlineNs ? stepNs < settings.DeadlineNs / 2 ? PreflightResult.Ok : PreflightResult.Warn : PreflightResult.Fail, "network", text));
        }
        catch (LoopRigException e)
        {
            lines.Add(new(PreflightResult.Fail, "network", e.Message));
        }
    }

    private static void CheckSockets(RigConfig config, ZmqContext context, List<PreflightLine> lines)
    {
        var endpoints = new RigEndpoints(config);
        var wanted = config.Adapters.Where(a => a.Process == AdapterProcess.Server).Select(endpoints.Adapter).Concat([endpoints.Predictions, endpoints.Recorder, endpoints.Control]).ToArray();
        var inUse = new List<string>();
        foreach (var endpoint in wanted)
        {
            // Binding an ipc endpoint would take it away from the rig that has it: only a look.
            if (endpoint.StartsWith("ipc://", StringComparison.Ordinal))
            {
                continue;
            }
            using var socket = context.CreateSocket(ZmqSocketType.Pub);
            try
            {
                socket.Bind(endpoint);
            }
            catch (DeviceException e)
            {
                inUse.Add(e.Message);
            }
        }
        lines.Add(inUse.Count == 0
            ? new(PreflightResult.Ok, "sockets", $"{wanted.Length} endpoints are free, predictions at {endpoints.Predictions}")
            : new(PreflightResult.Fail, "sockets", string.Join("; ", inUse)));
    }

    private static void CheckDisk(RigConfig config, List<StreamDescriptor> streams, double rawVideoPerSecond, List<PreflightLine> lines)
    {
        if (!config.Session.Record)
        {
            lines.Add(new(PreflightResult.Warn, "disk", "session.record is false: nothing will be recorded"));
            return;
        }
        var folder = Path.GetFullPath(config.Session.Folder);
        var perSecond = streams.Sum(s => s.SampleBytes * s.RateHz) + rawVideoPerSecond;
        try
        {
            Directory.CreateDirectory(folder);
            var free = new DriveInfo(folder).AvailableFreeSpace;
            var speed = WriteSpeed(folder);
            var hours = perSecond > 0 ? free / perSecond / 3600 : double.PositiveInfinity;
            var text = Invariant($"{folder}: {free / 1e9:F1} GB free, {hours:F1} h at {perSecond / 1e6:F1} MB/s; it takes {speed / 1e6:F0} MB/s");
            lines.Add(speed < perSecond ? new(PreflightResult.Fail, "disk", text + ": too slow for these streams")
                : hours < LeastHours || speed < 3 * perSecond ? new(PreflightResult.Warn, "disk", text)
                : new(PreflightResult.Ok, "disk", text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            lines.Add(new(PreflightResult.Fail, "disk", $"{folder}: {e.Message}"));
        }
    }

    private static double WriteSpeed(string folder)
    {
        var path = Path.Combine(folder, $".looprig-preflight-{Environment.ProcessId}");
        var block = new byte[1 << 20];
        Random.Shared.NextBytes(block);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
            var watch = Stopwatch.StartNew();
            for (long at = 0; at < WriteBytes; at += block.Length)
            {
                RandomAccess.Write(file, block, at);
            }
            RandomAccess.FlushToDisk(file);
            return WriteBytes / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void CheckClock(List<PreflightLine> lines)
    {
        var smallest = long.MaxValue;
        for (var i = 0; i < 10_000; i++)
        {
            var before = RigClock.Now;
            long after;
            while ((after = RigClock.Now) == before)
            {
            }
            smallest = Math.Min(smallest, after - before);
        }
        var apart = Math.Abs(RigClock.Now - MonotonicClock.Now);
        lines.Add(Stopwatch.Frequency == RigClock.SecondNs && smallest <= ClockResolutionNs && apart < RigClock.MillisecondNs
            ? new(PreflightResult.Ok, "clock", $"CLOCK_MONOTONIC, steps of {smallest} ns")
            : new(PreflightResult.Fail, "clock", $"steps of {smallest} ns, {apart} ns from CLOCK_MONOTONIC: devices' times would not fit"));
    }

    private static void CheckSystem(RealTimeConfig config, List<PreflightLine> lines)
    {
        if (config.Priority > 0)
        {
            lines.Add(ProcessTuning.CanBeRealTime(config.Priority)
                ? new(PreflightResult.Ok, "priority", $"SCHED_FIFO {config.Priority} is permitted")
                : new(PreflightResult.Warn, "priority", $"SCHED_FIFO {config.Priority} is refused: raise the rtprio limit (/etc/security/limits.conf); the rig runs with the ordinary scheduler"));
        }
        if (config.LockMemory)
        {
            var locked = MemoryLock.TryLockAll(alsoFuture: false);
            if (locked)
            {
                MemoryLock.UnlockAll();
            }
            lines.Add(locked
                ? new(PreflightResult.Ok, "memory", "the process may lock its memory")
                : new(PreflightResult.Warn, "memory", "locking memory is refused: raise the memlock limit (/etc/security/limits.conf)"));
        }
        if (config.Cores.FirstOrDefault(c => c >= Environment.ProcessorCount, -1) is >= 0 and var core)
        {
            lines.Add(new(PreflightResult.Fail, "cores", $"realTime.cores names core {core}, the machine has {Environment.ProcessorCount}"));
        }
        lines.Add(Environment.ProcessorCount >= 2
            ? new(PreflightResult.Ok, "processors", $"{Environment.ProcessorCount} cores")
            : new(PreflightResult.Warn, "processors", "one core: network and loop take turns"));
    }

    private static string Describe(StreamDescriptor stream) => Invariant($"{stream.Name} ({string.Join(',', stream.Shape)}) {stream.DType} at {stream.RateHz:0.##}/s");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
