namespace LoopRig.Benchmarks;

/// <summary>A network input over time, packed frame after frame.</summary>
internal sealed class Sequence
{
    private readonly int _length;

    private Sequence(string name, int frames, long[] frameShape)
    {
        (Name, Frames, FrameShape) = (name, frames, frameShape);
        _length = (int)frameShape.Aggregate(1L, (product, size) => product * size);
        Values = new float[frames * _length];
    }

    public string Name { get; }

    public int Frames { get; }

    public long[] FrameShape { get; }

    public float[] Values { get; }

    public ReadOnlySpan<float> Frame(int index) => Values.AsSpan(index * _length, _length);

    /// <summary>Values uniform between two bounds: a grey image between 0 and 1, say.</summary>
    public static Sequence Uniform(string name, int frames, long[] frameShape, float low, float high, Random random)
    {
        var sequence = new Sequence(name, frames, frameShape);
        for (var i = 0; i < sequence.Values.Length; i++)
        {
            sequence.Values[i] = low + (high - low) * random.NextSingle();
        }
        return sequence;
    }
}
