namespace LoopRig.Rig.Live;

/// <summary>Reads a running rig's counters. Any thread may; the loop is not disturbed.</summary>
internal static class RigFigures
{
    /// <summary>What came of each stream so far.</summary>
    public static StreamSummary[] Streams(LiveRig rig)
    {
        var all = new List<StreamSummary>();
        for (var index = 0; index < rig.Streams.Count; index++)
        {
            var name = rig.Streams[index].Name;
            var losses = rig.Inference?.Watch.LossesOf(index) ?? default;
            all.Add(new StreamSummary(name, Published(rig, name), rig.Inference?.Receiver.Counters(index)?.Received ?? 0,
                losses.Drops, losses.Refused, losses.NotMerged, rig.Inference?.Settings.Needed.Contains(name) ?? false));
        }
        return [.. all];
    }

    /// <summary>Everything that was lost so far: at the sources, on the wire, in the ring, at the recorder.</summary>
    public static long Drops(LiveRig rig)
    {
        var drops = rig.Recorder?.Refused ?? 0;
        foreach (var source in rig.Sources)
        {
            drops += source.Adapter.Drops;
        }
        for (var index = 0; index < rig.Streams.Count; index++)
        {
            drops += rig.Inference?.Watch.LossesOf(index).Drops ?? 0;
        }
        return drops;
    }

    private static long Published(LiveRig rig, string stream)
    {
        foreach (var source in rig.Sources)
        {
            for (var i = 0; i < source.Adapter.Streams.Count; i++)
            {
                if (source.Adapter.Streams[i].Name == stream)
                {
                    return source.Publisher.Sent(i);
                }
            }
        }
        return 0; // it runs in a process of its own
    }

    /// <summary>How each unit was predicted so far.</summary>
    public static UnitCorrelation[] Correlation(LiveRig rig) => rig.Inference?.Predictor.Network.Correlation is { } correlation
        ? [.. correlation.UnitIds.Select((unit, u) => new UnitCorrelation(unit, correlation.Plain.Of(u), correlation.Boxcar.Of(u)))]
        : [];
}
