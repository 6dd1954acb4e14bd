using LoopRig.Core;

namespace LoopRig.Simulation.Faults;

/// <summary>
/// Any adapter, with faults injected between it and the wire: a rig shows what it does about them before a real device brings them up. What was injected is
/// reported (<see cref="SourceReportKind.Injected"/>), so that the session holds the truth beside what was noticed.
/// </summary>
public sealed class FaultyAdapter : IAdapter
{
    private readonly IAdapter _adapter;
    private readonly PlannedFault[] _faults;
    private readonly StreamDescriptor[] _streams;

    /// <summary>Wraps an adapter; it is disposed with this object.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="faults">What is to happen.</param>
    /// <exception cref="LoopRigException">A fault names a stream that the adapter does not have.</exception>
    public FaultyAdapter(IAdapter adapter, IReadOnlyList<PlannedFault> faults)
    {
        (_adapter, _faults) = (adapter, [.. faults]);
        foreach (PlannedFault fault in _faults)
        {
            foreach (string stream in fault.Streams)
            {
                if (!adapter.Streams.Any(s => s.Name == stream))
                    throw new LoopRigException($"adapter {adapter.Name}: its faults name a stream '{stream}'; it has {string.Join(", ", adapter.Streams.Select(s => s.Name))}");
            }
        }
        _streams = [.. adapter.Streams.Select(WithClock)];
    }

    /// <summary>The adapter itself.</summary>
    public IAdapter Inner => _adapter;

    /// <inheritdoc/>
    public string Name => _adapter.Name;

    /// <summary>The adapter's streams; one whose clock is to begin again, and that had none of its own, gets one.</summary>
    public IReadOnlyList<StreamDescriptor> Streams => _streams;

    /// <inheritdoc/>
    public long Drops => _adapter.Drops;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The output cannot lose or damage messages.</exception>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        if (output is not IFaultyOutput wire)
            throw new ArgumentException("faults need an output that can lose and damage messages", nameof(output));
        using FaultInjector injector = new(Name, _adapter.Streams, _streams, _faults, wire);
        try
        {
            _adapter.Run(injector, stop);
        }
        finally
        {
            injector.End();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _adapter.Dispose();

    private StreamDescriptor WithClock(StreamDescriptor stream)
    {
        bool resets = _faults.Any(f => f.Kind == FaultKind.ClockReset && Strikes(f, stream.Name));
        string clock = stream.Name + "-device"; // each stream's begins with its own first sample: streams that share a name would share a model
        return resets && stream.ClockId == 0 ? stream with { Clock = clock, ClockId = ClockId.Of(clock).Value } : stream;
    }

    internal static bool Strikes(PlannedFault fault, string stream) => fault.Streams.Count == 0 || fault.Streams.Contains(stream);
}
