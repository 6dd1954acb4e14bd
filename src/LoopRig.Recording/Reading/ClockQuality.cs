using System.Text;

namespace LoopRig.Recording;

/// <summary>How good the model of a device clock was in a session, from what was saved every second.</summary>
/// <param name="Last">The model as it stood last.</param>
/// <param name="Entries">How often it was saved.</param>
/// <param name="MedianUncertaintyNs">The median of the stated uncertainties, ns.</param>
/// <param name="LargestUncertaintyNs">The largest stated uncertainty after the first 10 entries, ns: while a model is young it is large by nature.</param>
public sealed record ClockQuality(ClockEntry Last, int Entries, double MedianUncertaintyNs, double LargestUncertaintyNs)
{
    private const int Young = 10;

    /// <summary>Every clock among the events, in the order of appearance.</summary>
    public static IReadOnlyList<ClockQuality> Of(IEnumerable<SessionEventEntry> events)
    {
        var clocks = events.Where(e => e.Kind == SessionEvent.ClockKind).Select(e => SessionEvent.ClockOf(Encoding.UTF8.GetBytes(e.Json))).OfType<ClockEntry>();
        return [.. clocks.GroupBy(c => (c.Clock, c.Name)).Select(g => Of([.. g]))];
    }

    private static ClockQuality Of(ClockEntry[] entries)
    {
        var stated = entries.Select(e => e.UncertaintyNs).Order().ToArray();
        return new ClockQuality(entries[^1], entries.Length, stated[stated.Length / 2], entries.Skip(entries.Length > Young ? Young : 0).Max(e => e.UncertaintyNs));
    }
}
