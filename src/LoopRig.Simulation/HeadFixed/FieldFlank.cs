namespace LoopRig.Simulation.HeadFixed;

/// <summary>
/// What a receptive field has beside its Gabor: a second one next to it across which the bars turn, as most exciting images of mouse V1 have corners and
/// checks that no single Gabor has (Walker et al. 2019).
/// </summary>
/// <param name="Patch">The second Gabor.</param>
/// <param name="Weight">Its length over that of the unit's own Gabor. Of pictures of one contrast the best Gabor has 1 / (1 + weight^2) of the energy of the best picture.</param>
public sealed record FieldFlank(GaborPatch Patch, double Weight);
