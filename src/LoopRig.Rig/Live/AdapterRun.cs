using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Native.Zmq;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>Runs a single adapter in this process, for a rig whose other parts are elsewhere, or for nobody but a subscriber.</summary>
internal static class AdapterRun
{
    /// <summary>Publishes until the time is over, the source has ended, or the stop.</summary>
    /// <exception cref="RigConfigException">There is no such adapter.</exception>
    /// <exception cref="NotReadyException">The rig that hosts it runs; or its device or socket is absent or in use.</exception>
    public static RunSummary Execute(RigConfig config, RunOptions options, CancellationToken stop)
    {
        var called = RigClock.Now;
        var wanted = Array.Find(config.Adapters, a => a.Name == options.Only)
            ?? throw new RigConfigException(config.File, "adapters", $"there is no adapter '{options.Only}'; there is {string.Join(", ", config.Adapters.Select(a => a.Name))}");
        var endpoints = new RigEndpoints(config);
        var events = new RigEvents();
        using var context = new ZmqContext();
        // An adapter that belongs to a rig elsewhere is recorded there; one that the rig would run itself is only published.
        var recorder = wanted.Process == AdapterProcess.Alone && config.Session.Record ? endpoints.Recorder : null;
        if (config.Transport.Kind == TransportKind.Ipc)
        {
            Directory.CreateDirectory(config.Transport.Folder);
            RefuseRunningRig(wanted, config);
        }
        AdapterThread source;
        try
        {
            var adapter = AdapterFactory.Create(wanted, FindSource(wanted, config, context, options, stop), context, stop);
            if (config.Session.Record && AdapterFactory.Bare(adapter) is IRecordsVideo { WantsVideo: true } video)
            {
                // The session is elsewhere, and may be on another computer.
                var folder = Path.Combine(config.Session.Folder, FormattableString.Invariant($"{DateTime.UtcNow:yyyyMMdd-HHmmss}_{wanted.Name}_video"));
                Directory.CreateDirectory(folder);
                video.RecordVideoInto(folder);
            }
            source = new AdapterThread(context, adapter, endpoints.Adapter(wanted), recorder, events, _ => { }, isAlone: true);
        }
        catch (DeviceException e)
        {
            throw new NotReadyException(e.Message, e);
        }
        using (source)
        {
            var ready = RigClock.Now;
            options.Output?.WriteLine($"ready: {wanted.Name} publishes {string.Join(", ", source.Adapter.Streams.Select(s => s.Name))} at {source.Publisher.Endpoint}");
            if (recorder is not null)
            {
                // Without its recorder a source would soon be held back; the device is held, and described to the rig that is about to come.
                options.Output?.WriteLine($"{wanted.Name} waits for the rig that records it");
                if (!source.Publisher.WaitForSubscribers(source.Reports, 1, stop))
                {
                    throw new OperationCanceledException(stop);
                }
            }
            if (options.WaitSubscribers > 0 && !source.Publisher.WaitForSubscribers(0, options.WaitSubscribers, stop))
            {
                throw new OperationCanceledException(stop);
            }
            var started = RigClock.Now;
            source.Start();
            var end = options.Seconds is { } seconds ? started + (long)(seconds * 1e9) : long.MaxValue;
            while (!stop.IsCancellationRequested && RigClock.Now < end && !source.HasEnded)
            {
                stop.WaitHandle.WaitOne((int)Math.Clamp((end - RigClock.Now) / 1e6, 1, 100));
                Say(events, options.Output, started);
            }
            source.Stop();
            Say(events, options.Output, started);
            if (source.Fault is { } fault)
            {
                throw fault as LoopRigException ?? new LoopRigException($"adapter {wanted.Name}: {fault.Message}", fault);
            }
            return new RunSummary
            {
                Drops = source.Adapter.Drops,
                ReadySeconds = (ready - called) / 1e9,
                Seconds = (RigClock.Now - started) / 1e9,
                Streams = [.. source.Adapter.Streams.Select((s, i) => new StreamSummary(s.Name, source.Publisher.Sent(i), 0, 0, 0, 0, false))],
            };
        }
    }

    // The others are not opened here, they may hold their devices already: whoever publishes the stream describes it on the wire.
    private static StreamSource? FindSource(AdapterConfig wanted, RigConfig config, ZmqContext context, RunOptions options, CancellationToken stop)
    {
        if (wanted.SourceStream is not { } stream)
        {
            return null;
        }
        options.Output?.WriteLine($"{wanted.Name} waits until an adapter of this rig publishes {stream}");
        var endpoints = new RigEndpoints(config);
        return StreamSource.Find(context, stream, [.. config.Adapters.Where(a => a != wanted).Select(endpoints.Adapter)], stop);
    }

    // Binding an ipc endpoint takes it away from whoever has it, without an error for either.
    private static void RefuseRunningRig(AdapterConfig wanted, RigConfig config)
    {
        if (wanted.Process == AdapterProcess.Alone)
        {
            return; // the rig leaves its socket to it
        }
        try
        {
            using var free = LiveRig.TakeFolder(config.Transport);
        }
        catch (NotReadyException e)
        {
            throw new NotReadyException($"adapter {wanted.Name} belongs to the rig's own process, which would lose its socket ({e.Message}); \"process\": \"alone\" lets it run by itself", e);
        }
    }

    private static void Say(RigEvents events, TextWriter? output, long startedNs)
    {
        while (events.TryTake(out var happened))
        {
            output?.WriteLine(FormattableString.Invariant($"{(happened.TimeNs - startedNs) / 1e9,7:F1} s  {happened.Text}"));
        }
    }
}
