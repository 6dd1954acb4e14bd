namespace LoopRig.Benchmarks;

/// <summary>How the animal moves, from real recordings.</summary>
internal sealed class Locomotion : IBenchmark
{
    public string Name => "locomotion";

    public string Description => "movements of a mouse's wheel against reference movements, and raw encoder logs read";

    public IReadOnlyList<int> Threads => [1];

    public IEnumerable<Result> Run(int threads, string? input) => [WheelMovements.Run(Name)];
}
