namespace LoopRig.Benchmarks;

/// <summary>How the animal moves, from real recordings.</summary>
internal sealed class Locomotion : IBenchmark
{
    public string Name => "locomotion";

    public string Description => "movements of a mouse's wheel against reference movements, raw encoder logs read, and a mouse followed by a top camera";

    public IReadOnlyList<int> Threads => [1];

    public IEnumerable<Result> Run(int threads, string? input) => [WheelMovements.Run(Name), TopCameraTrack.Run(Name)];
}
