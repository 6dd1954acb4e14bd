using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>
/// What the rig's process has of an adapter that runs in a process of its own: its streams, as that process describes them. The device is that process's
/// alone; it may be held, or on another computer.
/// </summary>
internal sealed class AloneAdapter : IAdapter
{
    private const double LookSeconds = 2; // a publisher that is there answers at once
    private const double PatienceSeconds = 20;

    private AloneAdapter(string name, IReadOnlyList<StreamDescriptor> streams) => (Name, Streams) = (name, streams);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Its own process counts them.</summary>
    public long Drops => 0;

    /// <summary>
    /// Opens an adapter of the rig; of one that runs alone, asks its process what it publishes, or, where that is not started yet, opens the device to see.
    /// </summary>
    /// <param name="config">The rig.</param>
    /// <param name="wanted">The adapter.</param>
    /// <param name="source">The stream that it takes, where its source is one of the rig's.</param>
    /// <param name="context">The process's ZeroMQ context.</param>
    /// <param name="output">Told that it is waited for.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="NotReadyException">Neither can the device be opened here, nor has its process answered.</exception>
    /// <exception cref="LoopRigException">As <see cref="AdapterFactory.Create"/>.</exception>
    public static IAdapter Open(RigConfig config, AdapterConfig wanted, StreamSource? source, ZmqContext context, TextWriter? output, CancellationToken stop)
    {
        if (wanted.Process != AdapterProcess.Alone)
        {
            return AdapterFactory.Create(wanted, source, context, stop);
        }
        if (MayBeThere(config, wanted) && Find(config, wanted, context, LookSeconds, stop) is { } running)
        {
            return running;
        }
        try
        {
            return AdapterFactory.Create(wanted, source, context, stop);
        }
        catch (LoopRigException e) when (e is not RigConfigException)
        {
            var words = $"adapter {wanted.Name}: start it with 'run {config.File} --only {wanted.Name}' (here: {e.Message})";
            output?.WriteLine($"waiting for {words}");
            return Find(config, wanted, context, PatienceSeconds, stop) ?? throw new NotReadyException($"waited {PatienceSeconds:0} s for {words}", e);
        }
    }

    /// <summary>It runs elsewhere.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public void Run(IStreamOutput output, CancellationToken stop) => throw new InvalidOperationException($"adapter {Name} runs in a process of its own");

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }

    private static bool MayBeThere(RigConfig config, AdapterConfig wanted)
    {
        const string Ipc = "ipc://";
        var endpoint = new RigEndpoints(config).Adapter(wanted);
        return !endpoint.StartsWith(Ipc, StringComparison.Ordinal) || File.Exists(endpoint[Ipc.Length..]);
    }

    private static AloneAdapter? Find(RigConfig config, AdapterConfig wanted, ZmqContext context, double seconds, CancellationToken stop)
    {
        var until = RigClock.Now + (long)(seconds * RigClock.SecondNs);
        var endpoint = new RigEndpoints(config).Adapter(wanted);
        return Describe(context, endpoint, [ReportStream.NameOf(wanted.Name)], until, stop) is [var reports]
            && Describe(context, endpoint, reports.Channels, until, stop) is { } streams
            ? new AloneAdapter(wanted.Name, streams) : null;
    }

    private static StreamDescriptor[]? Describe(ZmqContext context, string endpoint, string[] names, long untilNs, CancellationToken stop)
    {
        using var receiver = new StreamReceiver(context, queueMessages: 1000, stop);
        foreach (var name in names)
        {
            receiver.AddStream(name, descriptorOnly: true);
        }
        receiver.Connect(endpoint);
        var slot = new byte[1]; // descriptors have a place of their own
        StreamDescriptor?[] found;
        while (Array.IndexOf(found = [.. Enumerable.Range(0, names.Length).Select(receiver.Descriptor)], null) >= 0)
        {
            switch (receiver.Wait(untilNs))
            {
                case WaitResult.Stopped: throw new OperationCanceledException(stop);
                case WaitResult.TimedOut: return null;
            }
            while (receiver.Receive(slot, out _) != ReceiveResult.Empty)
            {
            }
        }
        return found!;
    }
}
