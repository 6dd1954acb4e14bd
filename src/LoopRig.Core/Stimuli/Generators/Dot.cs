namespace LoopRig.Core.Stimuli;

/// <summary>One dot as it is drawn.</summary>
/// <param name="X">Degrees to the right of the field's middle.</param>
/// <param name="Y">Degrees upwards of it.</param>
/// <param name="Contrast">1 white, -1 black.</param>
/// <param name="Reserved">Keeps records at 16 bytes, as the graphics card reads them.</param>
public readonly record struct Dot(float X, float Y, float Contrast, float Reserved);
