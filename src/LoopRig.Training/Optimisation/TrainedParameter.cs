using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>A parameter that an optimiser moves.</summary>
/// <param name="Name">Its name, unique among all that are trained together: in checkpoints and errors.</param>
/// <param name="Value">The tensor; borrowed.</param>
/// <param name="Traits">What its network says about its treatment.</param>
public sealed record TrainedParameter(string Name, Tensor Value, ParameterTraits Traits);
