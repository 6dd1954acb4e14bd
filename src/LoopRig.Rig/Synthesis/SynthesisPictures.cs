namespace LoopRig.Rig.Synthesis;

/// <summary>The pictures of a page.</summary>
/// <param name="Neurons">Of each neuron its receptive field and its image, as PNG.</param>
/// <param name="Relatives">Of each neuron its other inputs, as PNG, in their order.</param>
/// <param name="Limit">The departure from grey, in the network's units, at which the colours of all receptive fields end.</param>
internal sealed record SynthesisPictures(IReadOnlyList<(byte[] Field, byte[] Image)> Neurons, IReadOnlyList<byte[][]> Relatives, double Limit);
