namespace LoopRig.Models;

/// <summary>Another network's parameters, and which of them a new network begins with (<see cref="ParameterSet.Grow(int, IReadOnlyList{ParameterSource})"/>).</summary>
/// <param name="From">Its set; must live until the new network is built.</param>
/// <param name="Prefixes">Beginnings of names, as "core.".</param>
/// <param name="Share">The very same tensors, so that training one network trains the other; else copies as they are now.</param>
public sealed record ParameterSource(ParameterSet From, IReadOnlyList<string> Prefixes, bool Share);
