namespace LoopRig.Rig.Sweeps;

/// <summary>The receptive field of a simulated neuron, and the Gabor in its most exciting image. Places are of the image's width, x to the right and y down; angles along the bars, counter-clockwise from horizontal.</summary>
internal sealed record FieldMatch
{
    /// <summary>The neuron.</summary>
    public required string Unit { get; init; }

    /// <summary>True centre.</summary>
    public required (double X, double Y) TruePlace { get; init; }

    /// <summary>Centre found.</summary>
    public required (double X, double Y) Place { get; init; }

    /// <summary>True orientation, degrees.</summary>
    public required double TrueOrientationDeg { get; init; }

    /// <summary>Orientation found, degrees.</summary>
    public required double OrientationDeg { get; init; }

    /// <summary>Cycles in the image's width of the grating that the true receptive field answers most.</summary>
    public required double TrueCycles { get; init; }

    /// <summary>The same of the Gabor found.</summary>
    public required double Cycles { get; init; }

    /// <summary>Share of the image that the Gabor explains.</summary>
    public required double Explained { get; init; }

    /// <summary>How well the network predicts the neuron: the correlation on the test part.</summary>
    public required double Score { get; init; }

    /// <summary>Difference of orientations, 0 to 90 degrees.</summary>
    public double OrientationError => Math.Min((OrientationDeg - TrueOrientationDeg + 360) % 180, (TrueOrientationDeg - OrientationDeg + 360) % 180);

    /// <summary>Distance of the centres, of the image's width.</summary>
    public double Distance => Math.Sqrt((Place.X - TruePlace.X) * (Place.X - TruePlace.X) + (Place.Y - TruePlace.Y) * (Place.Y - TruePlace.Y));

    /// <summary>Difference of frequencies, of the true one.</summary>
    public double FrequencyError => Math.Abs(Cycles - TrueCycles) / TrueCycles;
}
