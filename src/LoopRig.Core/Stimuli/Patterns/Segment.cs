namespace LoopRig.Core.Stimuli;

/// <summary>A stretch of frames with one pattern.</summary>
/// <param name="Stimulus">The stimulus's name in its file; empty for the gray between.</param>
/// <param name="Trial">Counts the stimuli shown, from 0; -1 for the gray between.</param>
/// <param name="FirstFrame">Of the plan.</param>
/// <param name="Frames">How many.</param>
/// <param name="Pattern">What is shown.</param>
/// <param name="Label">What tells it from other segments of its stimulus: a picture's name, a unit; empty: the pattern's numbers do.</param>
public sealed record Segment(string Stimulus, int Trial, int FirstFrame, int Frames, Pattern Pattern, string Label = "");
