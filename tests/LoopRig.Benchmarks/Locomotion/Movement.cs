namespace LoopRig.Benchmarks;

/// <summary>A stretch in which the wheel moves, s.</summary>
internal readonly record struct Movement(double On, double Off)
{
    public bool Overlaps(Movement other) => On < other.Off && Off > other.On;
}
