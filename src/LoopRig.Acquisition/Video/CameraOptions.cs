using LoopRig.Native.V4l2;

namespace LoopRig.Acquisition;

/// <summary>What a camera of this computer is set to. What it rounds or refuses is said; it does not stop the rig.</summary>
public sealed record CameraOptions
{
    /// <summary>The settings themselves.</summary>
    public CameraSettings Settings { get; init; } = new();

    /// <summary>The name that the device must answer with (its card name, or a part of it); empty: any.</summary>
    public string Card { get; init; } = "";

    /// <summary>A camera that sends no frame for this long is lost, and opened again until it returns.</summary>
    public double PatienceMs { get; init; } = 1000;
}
