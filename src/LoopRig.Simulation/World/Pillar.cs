namespace LoopRig.Simulation.World;

/// <summary>An upright round object on the floor, all lengths in cm.</summary>
public sealed record Pillar(float X, float Y, float Radius, float Height, Texture Surface);
