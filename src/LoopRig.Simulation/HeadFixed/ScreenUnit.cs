using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>A neuron of the head-fixed mouse, and all there is to know about it.</summary>
public sealed record ScreenUnit
{
    /// <summary>The neuron; angles are the eye's: azimuth to the right, elevation upwards.</summary>
    public required UnitTruth Unit { get; init; }

    /// <summary>What its receptive field has beside the Gabor.</summary>
    public required FieldFlank Flank { get; init; }

    /// <summary>Its Gabor in a picture that fills the monitor.</summary>
    public required PictureField Picture { get; init; }

    /// <summary>
    /// Expected correlation between the spike counts of two showings of the same pictures (0.48 s each, of those that the animal was calibrated with), spikes drawn and
    /// behaviour wandering from one to the other.
    /// </summary>
    public double Reliability { get; init; }
}
