using LoopRig.Core;
using LoopRig.Simulation;

namespace LoopRig.Benchmarks;

/// <summary>A reference: a line through host against device time by least squares over all messages since the device time went back last; its uncertainty is twice the standard error.</summary>
internal sealed class LeastSquares(IReadOnlyList<StreamDescriptor> streams) : IClockConverter
{
    private readonly State[] _states = new State[streams.Count];

    public void Take(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ref var state = ref _states[stream];
        var offset = header.HostTimeNs - streams[stream].LatencyNs - header.DeviceTimeNs;
        if (state.Count == 0 || header.DeviceTimeNs < state.LastNs)
        {
            state = new State { OriginNs = header.DeviceTimeNs, BaseNs = offset };
        }
        state.LastNs = header.DeviceTimeNs;
        double x = header.DeviceTimeNs - state.OriginNs, y = offset - state.BaseNs;
        state.Count++;
        var (dx, dy) = (x - state.X, y - state.Y);
        state.X += dx / state.Count;
        state.Y += dy / state.Count;
        state.Xx += dx * (x - state.X);
        state.Xy += dx * (y - state.Y);
        state.Yy += dy * (y - state.Y);
    }

    public long ToRig(int stream, long deviceNs)
    {
        ref readonly var state = ref _states[stream];
        return deviceNs + state.BaseNs + (long)Math.Round(state.Y + state.Slope * (deviceNs - state.OriginNs - state.X));
    }

    public double UncertaintyNs(int stream, long deviceNs)
    {
        ref readonly var state = ref _states[stream];
        var x = deviceNs - state.OriginNs - state.X;
        var variance = (state.Yy - state.Slope * state.Xy) / Math.Max(1, state.Count - 2);
        return 2 * Math.Sqrt(Math.Max(0, variance) * (1.0 / state.Count + (state.Xx > 0 ? x * x / state.Xx : 0)));
    }

    private struct State
    {
        public long OriginNs, BaseNs, LastNs, Count;
        public double X, Y, Xx, Xy, Yy;

        public readonly double Slope => Xx > 0 ? Xy / Xx : 0;
    }
}
