namespace LoopRig.Core.Stimuli;

/// <summary>The plane that touches the eye's sphere at one direction: what is small around there is measured in it.</summary>
/// <param name="Ahead">The direction.</param>
/// <param name="Right">Where azimuth grows.</param>
/// <param name="Up">Where elevation grows.</param>
public readonly record struct TangentFrame(EyeVector Ahead, EyeVector Right, EyeVector Up);
