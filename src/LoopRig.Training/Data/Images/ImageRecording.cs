namespace LoopRig.Training;

/// <summary>One session of an image set, read but not yet a data set.</summary>
/// <param name="Name">The session's name.</param>
/// <param name="Pictures">The stimuli, (C,H,W) of 0..255 in the size that was asked for; colour is red, green, blue.</param>
/// <param name="Identity">For each picture the first one with the same pixels at their original size: itself, unless it was shown under two numbers.</param>
/// <param name="Shown">For each presentation the picture.</param>
/// <param name="Responses">For each presentation the response of every unit.</param>
internal sealed record ImageRecording(string Name, byte[][] Pictures, int[] Identity, int[] Shown, float[][] Responses);
