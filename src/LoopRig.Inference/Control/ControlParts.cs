namespace LoopRig.Inference;

/// <summary>A controller and what it controls.</summary>
/// <param name="Controller">Decides.</param>
/// <param name="Display">Shows.</param>
/// <param name="UseFallbacks">Whether fallbacks count as predictions.</param>
public sealed record ControlParts(IController Controller, IStimulusDisplay Display, bool UseFallbacks = false);
