using LoopRig.Core;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation;

/// <summary>
/// The digital mouse as a rig's source. In real time it starts at the next bin of the rig clock and delivers each sample when it is due; otherwise it
/// delivers as fast as its output takes samples, on a clock that starts at 0 and runs ahead of the rig's.
/// </summary>
public sealed class DigitalMouseAdapter : IAdapter
{
    private readonly DigitalMouse _mouse;
    private readonly bool _realTime;
    private readonly long _durationNs;

    /// <summary>Wraps a mouse that has not started.</summary>
    /// <param name="name">Name in the rig's configuration.</param>
    /// <param name="mouse">The mouse.</param>
    /// <param name="realTime">Pace by the rig clock.</param>
    /// <param name="durationNs">Simulated time after which the source ends; <see cref="long.MaxValue"/> for no end.</param>
    public DigitalMouseAdapter(string name, DigitalMouse mouse, bool realTime, long durationNs = long.MaxValue)
    {
        Name = name;
        _mouse = mouse;
        _realTime = realTime;
        _durationNs = durationNs;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams => _mouse.Streams;

    /// <summary>The mouse and its ground truth.</summary>
    public DigitalMouse Mouse => _mouse;

    /// <summary>Always 0: what is late in real time is delivered late, with its true time.</summary>
    public long Drops => 0;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        _mouse.PlugInEncoder();
        if (_realTime)
            _mouse.StartAt((RigClock.Now / Cortex.BinNs + 1) * Cortex.BinNs);
        long endNs = _durationNs > long.MaxValue - _mouse.StartNs ? long.MaxValue : _mouse.StartNs + _durationNs;
        WaitHandle stopped = stop.WaitHandle;
        while (!stop.IsCancellationRequested && _mouse.NextDueNs < endNs)
        {
            long dueNs = _mouse.NextDueNs;
            long waitNs = _realTime ? dueNs - RigClock.Now : 0;
            if (waitNs > 0)
            {
                // Rounded up: at most a millisecond late, which the samples' own times do not show.
                stopped.WaitOne((int)((waitNs + RigClock.MillisecondNs - 1) / RigClock.MillisecondNs));
                continue;
            }
            _mouse.Advance(Math.Min((_realTime ? RigClock.Now : dueNs) + 1, endNs), output, stampHost: !_realTime);
        }
    }

    /// <summary>Disposes the mouse.</summary>
    public void Dispose() => _mouse.Dispose();
}
