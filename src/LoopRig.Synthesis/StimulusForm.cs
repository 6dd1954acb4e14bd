namespace LoopRig.Synthesis;

/// <summary>What is optimised.</summary>
public enum StimulusForm
{
    /// <summary>The stimulus itself, in the network's units.</summary>
    Direct,

    /// <summary>
    /// A raw stimulus that is brought to a root mean square of 1; the pixel is the logistic of raw x gain + bias, so that it never leaves the monitor's range. Gain and bias, one a
    /// stimulus, are optimised too (the foundation model's own stimulus optimisation, Wang et al. 2025).
    /// </summary>
    Sigmoid,
}
