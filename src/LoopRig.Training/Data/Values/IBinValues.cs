namespace LoopRig.Training;

/// <summary>The values that every bin has of one thing: of an input, or the activity. Where they lie, and as what, is the implementation's own affair.</summary>
internal interface IBinValues : IDisposable
{
    /// <summary>Number of bins T.</summary>
    int Bins { get; }

    /// <summary>Values of a bin.</summary>
    int Length { get; }

    /// <summary>Copies consecutive bins as floats, [bins, <see cref="Length"/>]; NaN where nothing is known. May be called from several threads.</summary>
    /// <param name="first">The first bin.</param>
    /// <param name="destination">Takes whole bins.</param>
    void Read(int first, Span<float> destination);
}
