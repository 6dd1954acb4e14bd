namespace LoopRig.Core.Stimuli;

/// <summary>The whole screen at a level that changes from frame to frame.</summary>
/// <param name="Levels">One a frame of the segment.</param>
public sealed record LevelPattern(float[] Levels) : Pattern;
