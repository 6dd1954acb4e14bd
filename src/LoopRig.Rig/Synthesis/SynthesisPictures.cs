namespace LoopRig.Rig.Synthesis;

/// <summary>The pictures of a page.</summary>
/// <param name="Neurons">Of each neuron its receptive field and its image, as PNG.</param>
/// <param name="Limit">The departure from grey, in the network's units, at which the colours of all receptive fields end.</param>
internal sealed record SynthesisPictures(IReadOnlyList<(byte[] Field, byte[] Image)> Neurons, double Limit);
