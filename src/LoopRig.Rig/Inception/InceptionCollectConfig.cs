namespace LoopRig.Rig.Inception;

/// <summary>What is shown, so that a network can be trained: natural images, each once, and some again and again, which are never trained on.</summary>
public sealed record InceptionCollectConfig
{
    /// <summary>Natural images: an image, a folder or zip of images, or a .npy of them. Absent: the photographs of the data folder; where there are none, drawn scenes with the statistics of natural images.</summary>
    public string? Images { get; init; }

    /// <summary>Images that are shown once.</summary>
    public int Count { get; init; } = 5000;

    /// <summary>Other images, that are shown <see cref="Repeats"/> times: prediction quality and reliability are measured on them.</summary>
    public int Repeated { get; init; } = 60;

    /// <summary>How often each of those is shown.</summary>
    public int Repeats { get; init; } = 10;

    /// <summary>How long an image stays, s.</summary>
    public double Seconds { get; init; } = 0.2;

    /// <summary>Gray before each, s.</summary>
    public double BlankSeconds { get; init; }

    /// <summary>Sessions that the images shown once are spread over: what a crash in the middle costs at most.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Of a simulated rig: whether the session passes in real time. False: as fast as the computer draws and simulates.</summary>
    public bool RealTime { get; init; } = true;
}
