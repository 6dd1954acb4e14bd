namespace LoopRig.Stimulus.Export;

/// <summary>What was exported.</summary>
/// <param name="Frames">Frames drawn.</param>
/// <param name="Sha256">Of all their pixels, one after the other: the same plan on the same renderer gives the same.</param>
/// <param name="Sheet">The sheet's path.</param>
/// <param name="Trials">The list of trials' path.</param>
/// <param name="Pixels">Where the frames are; null where only a sheet was asked for.</param>
public sealed record ExportResult(int Frames, string Sha256, string Sheet, string Trials, string? Pixels);
