namespace LoopRig.Benchmarks;

/// <summary>Detected movements against the reference's.</summary>
/// <param name="References">How many movements the reference has.</param>
/// <param name="Found">How many of them a detected movement overlaps.</param>
/// <param name="Apart">How many of them have a detected movement for themselves: none that covers two.</param>
/// <param name="Others">Detected movements that overlap none.</param>
/// <param name="OnErrors">Detected onset minus the reference's, s, of those apart.</param>
/// <param name="OffErrors">The same of the ends.</param>
internal sealed record MovementScore(int References, int Found, int Apart, int Others, double[] OnErrors, double[] OffErrors)
{
    public bool IsAllowed => Found == References && Others <= 2;

    public static MovementScore Of(IReadOnlyList<Movement> references, IReadOnlyList<Movement> detected)
    {
        var (found, onErrors, offErrors) = (0, new List<double>(), new List<double>());
        foreach (var reference in references)
        {
            var those = detected.Where(reference.Overlaps).ToArray();
            found += those.Length > 0 ? 1 : 0;
            var own = those.Where(d => references.Count(d.Overlaps) == 1).ToArray();
            if (own.Length > 0)
            {
                onErrors.Add(own[0].On - reference.On);
                offErrors.Add(own[^1].Off - reference.Off);
            }
        }
        return new MovementScore(references.Count, found, onErrors.Count, detected.Count(d => !references.Any(r => r.Overlaps(d))), [.. onErrors], [.. offErrors]);
    }

    public override string ToString() => $"{Found} of {References} found ({Apart} apart), {Others} others";
}
