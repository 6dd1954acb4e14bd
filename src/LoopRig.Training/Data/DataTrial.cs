namespace LoopRig.Training;

/// <summary>A stretch of bins that were presented as one: a trial, a segment, a single image.</summary>
/// <param name="Name">What its files or records call it.</param>
/// <param name="First">Its first bin.</param>
/// <param name="Bins">How many bins it has.</param>
public sealed record DataTrial(string Name, int First, int Bins);
