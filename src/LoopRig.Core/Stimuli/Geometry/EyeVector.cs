namespace LoopRig.Core.Stimuli;

/// <summary>A vector in the eye's frame: x to the right, y downwards, z ahead.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
/// <param name="Z">Ahead.</param>
public readonly record struct EyeVector(double X, double Y, double Z)
{
    /// <summary>The inner product.</summary>
    public static double Dot(EyeVector a, EyeVector b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    /// <summary>The sum.</summary>
    public static EyeVector operator +(EyeVector a, EyeVector b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>The difference.</summary>
    public static EyeVector operator -(EyeVector a, EyeVector b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>The multiple.</summary>
    public static EyeVector operator *(double factor, EyeVector a) => new(factor * a.X, factor * a.Y, factor * a.Z);

    /// <summary>The length.</summary>
    public double Length => Math.Sqrt(Dot(this, this));

    /// <summary>The vector of length 1 in the same direction.</summary>
    public EyeVector Unit => (1 / Length) * this;
}
