namespace LoopRig.Core.Stimuli;

/// <summary>How the screen turns pixel values into light, and whether stimuli correct for it.</summary>
public sealed record GammaDescription
{
    /// <summary>A photometer's readings: CSV with columns level (0 to 255) and luminance; absent: the numbers below hold.</summary>
    public string? Photometer { get; init; }

    /// <summary>Luminance of black.</summary>
    [Within(0, 1e5)]
    public double Offset { get; init; }

    /// <summary>Luminance of white above that of black.</summary>
    [Within(1e-9, 1e5)]
    public double Scale { get; init; } = 1;

    /// <summary>The exponent; 1.73 is the median that Wang et al. 2025 measured.</summary>
    [Within(0.2, 5)]
    public double Exponent { get; init; } = 1.73;

    /// <summary>Whether stimuli are shown linearised, through the curve's inverse. Networks are told.</summary>
    public bool Linearise { get; init; }
}
