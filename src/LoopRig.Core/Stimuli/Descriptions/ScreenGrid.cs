namespace LoopRig.Core.Stimuli;

/// <summary>A grid that divides the screen into equal cells, rows from the top.</summary>
internal static class ScreenGrid
{
    /// <summary>The middle of a cell.</summary>
    public static ScreenPoint Centre(MonitorGeometry geometry, int rows, int columns, int row, int column) =>
        new((2 * column + 1.0) / columns - 1, ((2 * row + 1.0) / rows - 1) * geometry.Aspect);

    /// <summary>Cells and polarities in random order, <paramref name="flashes"/> of them where that is fewer than all.</summary>
    public static IEnumerable<(int Row, int Column, double Sign)> Flashes(PlanBuilder plan, int rows, int columns, Polarity polarity, int? flashes)
    {
        var signs = polarity switch { Polarity.On => [1.0], Polarity.Off => [-1.0], _ => new[] { 1.0, -1.0 } };
        return plan.RandomOrder(rows * columns * signs.Length).Take(flashes ?? int.MaxValue)
            .Select(i => (i / signs.Length / columns, i / signs.Length % columns, signs[i % signs.Length]));
    }
}
