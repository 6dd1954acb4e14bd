namespace LoopRig.Core;

/// <summary>What a behaviour variable means. docs/coordinates.md shows the same as a table and a drawing, and a test holds it to these.</summary>
/// <param name="Name">Its channel's name.</param>
/// <param name="Unit">Its unit; empty where the stream's descriptor says it.</param>
/// <param name="Meaning">What it is.</param>
/// <param name="Positive">Which way it grows.</param>
/// <param name="Zero">Where it is 0.</param>
public sealed record BehaviourVariable(string Name, string Unit, string Meaning, string Positive, string Zero);
