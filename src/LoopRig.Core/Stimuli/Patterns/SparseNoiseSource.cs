namespace LoopRig.Core.Stimuli;

/// <summary>Squares that flash on a grid, computed.</summary>
/// <param name="Rows">Of the grid.</param>
/// <param name="Columns">Of the grid.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Squares">Squares a picture, half of them (rounded up) white.</param>
/// <param name="Seed">Of its random numbers.</param>
public sealed record SparseNoiseSource(int Rows, int Columns, int Count, int Squares, ulong Seed) : PictureSource;
