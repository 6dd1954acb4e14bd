using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>The edge from prediction to controller: the latest wins, what it replaced is counted. The loop writes, the controller's thread reads; nothing is allocated but when a network of another size takes over.</summary>
public sealed class ControlEdge
{
    // Frames that a bin may be behind the newest one: a camera of 1000 Hz and the longest wait.
    private const int Remembered = 1024;

    private readonly LatestSlot<ControlTick> _slot = new(static () => new ControlTick());
    private readonly IWaitStrategy _controller;
    private readonly (int Stream, int Channel)[] _variables;
    private readonly ulong[] _sequences = new ulong[Remembered];
    private readonly long[] _receivedNs = new long[Remembered];

    /// <summary>Finds the controller's variables among the streams.</summary>
    /// <param name="variables">As <c>STREAM.CHANNEL</c>.</param>
    /// <param name="streams">The streams as the aligner sees them.</param>
    /// <param name="controller">Woken when there is a bin.</param>
    /// <exception cref="NetworkException">A variable is of no stream that is sorted into bins.</exception>
    public ControlEdge(IReadOnlyList<string> variables, IReadOnlyList<StreamDescriptor> streams, IWaitStrategy controller)
    {
        _controller = controller;
        _variables = new (int, int)[variables.Count];
        for (var i = 0; i < _variables.Length; i++)
        {
            _variables[i] = Find(variables[i], streams) ?? throw new NetworkException($"the controller looks at '{variables[i]}', and no stream has such a channel; there is {Known(streams)}");
        }
    }

    /// <summary>Bins that a newer one replaced before the controller had read them.</summary>
    public long Replaced => _slot.Replaced;

    /// <summary>Where a variable is; null: nowhere.</summary>
    internal static (int Stream, int Channel)? Find(string variable, IReadOnlyList<StreamDescriptor> streams)
    {
        for (var stream = 0; stream < streams.Count; stream++)
        {
            for (var channel = 0; streams[stream].Kind == StreamKind.Vector && channel < streams[stream].Channels.Length; channel++)
            {
                if (variable == $"{streams[stream].Name}.{streams[stream].Channels[channel]}")
                {
                    return (stream, channel);
                }
            }
        }
        return null;
    }

    /// <summary>Every channel that a controller can look at.</summary>
    internal static string Known(IReadOnlyList<StreamDescriptor> streams)
    {
        var known = new List<string>();
        foreach (var stream in streams)
        {
            for (var channel = 0; stream.Kind == StreamKind.Vector && channel < stream.Channels.Length; channel++)
            {
                known.Add($"{stream.Name}.{stream.Channels[channel]}");
            }
        }
        return known.Count == 0 ? "none" : string.Join(", ", known);
    }

    /// <summary>Loop: a message of the network's leading stream was received.</summary>
    internal void Received(ulong sequence, long receivedNs)
    {
        var at = (int)(sequence % Remembered);
        (_sequences[at], _receivedNs[at]) = (sequence, receivedNs);
    }

    /// <summary>Loop: hands a resolved bin over.</summary>
    /// <param name="bin">The bin.</param>
    /// <param name="flags">What happened to it.</param>
    /// <param name="network">The network that it belongs to.</param>
    /// <param name="prediction">The sequence number of its prediction; -1: none went out.</param>
    /// <param name="sentNs">When that had been handed to the transport, or when the bin was resolved, ns of the rig clock.</param>
    internal void Offer(Bin bin, BinFlags flags, LoadedNetwork network, long prediction, long sentNs)
    {
        var tick = _slot.Writing;
        (tick.Bin, tick.StartNs, tick.EndNs, tick.ClosedNs) = (bin.Index, bin.StartNs, bin.EndNs, bin.ClosedNs);
        (tick.SentNs, tick.Prediction, tick.Flags, tick.Network) = (sentNs, prediction, flags, network);
        (tick.Frame, tick.FrameNs) = FrameOf(bin, network.Assembler.LeadingStream);
        var values = network.Last;
        if (tick.Values.Length != values.Length)
        {
            tick.Values = new float[values.Length];
        }
        values.CopyTo(tick.Values);
        if (tick.Behaviour.Length != _variables.Length)
        {
            tick.Behaviour = new float[_variables.Length];
        }
        for (var i = 0; i < _variables.Length; i++)
        {
            tick.Behaviour[i] = bin.Streams[_variables[i].Stream].Values[_variables[i].Channel];
        }
        _slot.Publish();
        _controller.Signal();
    }

    /// <summary>Controller: the latest bin, if there is one that was not read yet.</summary>
    internal bool TryRead(out ControlTick tick) => _slot.TryRead(out tick);

    // A bin without a frame is answered from its close on.
    private (long Frame, long ReceivedNs) FrameOf(Bin bin, int leading)
    {
        if (leading < 0 || bin.Streams[leading].Range.Count == 0)
        {
            return (-1, bin.ClosedNs);
        }
        var sequence = bin.Streams[leading].Range.LastSequence;
        var at = (int)(sequence % Remembered);
        return ((long)sequence, _sequences[at] == sequence ? _receivedNs[at] : bin.ClosedNs);
    }
}
