namespace LoopRig.Training;

/// <summary>One animal or session of a data set.</summary>
/// <param name="Name">What it is called in tables and file names.</param>
/// <param name="Data">Its bins.</param>
/// <param name="Split">Which of them fit, validate and test.</param>
public sealed record SessionData(string Name, Dataset Data, DataSplit Split);
