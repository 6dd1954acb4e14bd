namespace LoopRig.Training;

/// <summary>What a training step computes in.</summary>
public enum Precision
{
    /// <summary>32-bit floats throughout.</summary>
    Full,
    /// <summary>Products and convolutions of the forward pass, and so of the backward pass, in bfloat16; weights, loss and optimiser in 32-bit floats.</summary>
    Mixed,
}
