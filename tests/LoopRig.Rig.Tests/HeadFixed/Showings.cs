using System.Runtime.InteropServices;
using LoopRig.Core.Stimuli;
using LoopRig.Recording;
using LoopRig.Rig.Simulated;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Rig.Tests.HeadFixed;

/// <summary>What the recorded neurons answered to each segment of the plan that they were shown.</summary>
internal sealed class Showings
{
    private readonly float[][] _bins;
    private readonly long _firstNs;

    public Showings(string session, string stream = "activity")
    {
        using var reader = new SessionReader(session);
        var (message, bins) = (new RecordedMessage(), new List<float[]>());
        var recorded = reader.Index.Find(stream)!;
        foreach (var entry in recorded.Messages)
        {
            reader.Read(entry, message);
            if (bins.Count == 0)
            {
                _firstNs = message.Header.BinStartNs;
            }
            bins.Add(recorded.Descriptor!.DType == Core.DType.U16
                ? [.. MemoryMarshal.Cast<byte, ushort>(message.Payload).ToArray().Select(c => (float)c)]
                : MemoryMarshal.Cast<byte, float>(message.Payload).ToArray());
        }
        _bins = [.. bins];
    }

    public int Bins => _bins.Length;

    /// <summary>The mean of a unit over a bin, in each segment of a plan that began with the session: (segments, units). The responses' latency, a bin, is taken off.</summary>
    public double[][] Of(StimulusPlan plan) => Of(plan.Segments.Select(s => (At(plan, s.FirstFrame), At(plan, s.FirstFrame + s.Frames))));

    /// <summary>The same between any times, ns of the session's clock.</summary>
    public double[][] Of(IEnumerable<(long StartNs, long EndNs)> showings) =>
    [
        .. showings.Select(s =>
        {
            var first = (int)Math.Round((s.StartNs - _firstNs) / (double)Cortex.BinNs) + 1;
            var count = Math.Max(1, (int)Math.Round((s.EndNs - s.StartNs) / (double)Cortex.BinNs));
            var bins = Enumerable.Range(first, count).Where(b => b < _bins.Length).Select(b => _bins[b]).ToArray();
            return Enumerable.Range(0, _bins[0].Length).Select(u => bins.Length == 0 ? 0.0 : bins.Average(b => (double)b[u])).ToArray();
        }),
    ];

    private static long At(StimulusPlan plan, int frame) => SimulatedRecording.StartNs + (long)(frame / plan.Geometry.Monitor.RefreshHz * 1e9);
}
