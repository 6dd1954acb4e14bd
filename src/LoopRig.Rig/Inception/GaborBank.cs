namespace LoopRig.Rig.Inception;

/// <summary>Gabors all over the frame: the parametric images that a neuron's most exciting one has to beat.</summary>
internal static class GaborBank
{
    private const int Columns = 16;
    private const int Orientations = 8;
    private const int Phases = 4;
    // Cycles within two standard deviations of the envelope: from a blob to several bars.
    private static readonly double[] s_cyclesPerSigma = [0.15, 0.25, 0.4];
    // Standard deviation of the envelope, shares of the frame's height.
    private static readonly double[] s_sigmas = [0.07, 0.11, 0.17];

    /// <summary>All Gabors of the bank.</summary>
    public static IEnumerable<GaborPatch> All(int height, int width)
    {
        var step = (double)width / Columns;
        var rows = Math.Max(1, (int)Math.Round(height / step));
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                foreach (var sigma in s_sigmas)
                {
                    foreach (var cycles in s_cyclesPerSigma)
                    {
                        for (var orientation = 0; orientation < Orientations; orientation++)
                        {
                            for (var phase = 0; phase < Phases; phase++)
                            {
                                yield return new GaborPatch((column + 0.5) * step, (row + 0.5) * height / rows, sigma * height, cycles / (sigma * height), orientation * Math.PI / Orientations, phase * 2 * Math.PI / Phases);
                            }
                        }
                    }
                }
            }
        }
    }
}
