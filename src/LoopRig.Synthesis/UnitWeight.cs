namespace LoopRig.Synthesis;

/// <summary>A unit of a target.</summary>
/// <param name="Unit">Its index in the network's outputs.</param>
/// <param name="Weight">By which its response is multiplied before the sum.</param>
public readonly record struct UnitWeight(int Unit, double Weight = 1);
