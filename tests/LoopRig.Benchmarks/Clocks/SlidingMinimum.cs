using LoopRig.Core;
using LoopRig.Simulation;

namespace LoopRig.Benchmarks;

/// <summary>A reference: the least host minus device time of the last 10 to 20 s, begun anew where a device time goes back. No drift, no uncertainty.</summary>
internal sealed class SlidingMinimum(IReadOnlyList<StreamDescriptor> streams) : IClockConverter
{
    private const long WindowNs = 10 * RigClock.SecondNs;
    private readonly State[] _states = new State[streams.Count];

    public void Take(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ref var state = ref _states[stream];
        var offset = header.HostTimeNs - streams[stream].LatencyNs - header.DeviceTimeNs;
        if (!state.Seen || header.DeviceTimeNs < state.LastNs)
        {
            state = new State { Seen = true, StartNs = header.HostTimeNs, Least = offset, Previous = offset };
        }
        else if (header.HostTimeNs - state.StartNs >= WindowNs)
        {
            (state.StartNs, state.Previous, state.Least) = (header.HostTimeNs, state.Least, offset);
        }
        state.Least = Math.Min(state.Least, offset);
        state.LastNs = header.DeviceTimeNs;
    }

    public long ToRig(int stream, long deviceNs) => deviceNs + Math.Min(_states[stream].Least, _states[stream].Previous);

    public double UncertaintyNs(int stream, long deviceNs) => double.NaN;

    private struct State
    {
        public bool Seen;
        public long StartNs;
        public long Least;
        public long Previous;
        public long LastNs;
    }
}
