using LoopRig.Core;

namespace LoopRig.Rig.Live;

/// <summary>Says while a rig runs what its sources lost before they could publish it: nobody downstream can see that.</summary>
internal sealed class SourceWatch(LiveRig rig)
{
    private const long FirstReportNs = RigClock.SecondNs;
    private const long LongestReportNs = 60 * RigClock.SecondNs;

    private readonly Report[] _reports = new Report[rig.Sources.Count];

    /// <summary>Looks at every source; drops that go on for long are said ever more rarely.</summary>
    /// <param name="nowNs">Now, ns on the rig clock.</param>
    public void Look(long nowNs)
    {
        for (var i = 0; i < _reports.Length; i++)
        {
            var (adapter, last) = (rig.Sources[i].Adapter, _reports[i]);
            var drops = adapter.Drops;
            if (drops == last.Drops || nowNs < last.NextNs)
            {
                continue;
            }
            var pause = Math.Clamp(2 * last.PauseNs, FirstReportNs, LongestReportNs);
            _reports[i] = new Report(drops, nowNs + pause, pause);
            rig.Events.Post("source_losses", $"adapter {adapter.Name} so far: {drops} sample(s) lost before it could publish them", ("adapter", adapter.Name), ("dropped", drops));
        }
    }

    private readonly record struct Report(long Drops, long NextNs, long PauseNs);
}
