using System.Runtime.CompilerServices;

namespace LoopRig.Acquisition;

/// <summary>Three numbers in double precision: a rate, an acceleration, a direction.</summary>
/// <param name="X">Along x.</param>
/// <param name="Y">Along y.</param>
/// <param name="Z">Along z.</param>
public readonly record struct Vector3D(double X, double Y, double Z)
{
    /// <summary>The third axis.</summary>
    public static Vector3D UnitZ => new(0, 0, 1);

    /// <summary>The square of the length.</summary>
    public double LengthSquared => (X * X) + (Y * Y) + (Z * Z);

    /// <summary>The length.</summary>
    public double Length => Math.Sqrt(LengthSquared);

    /// <summary>Whether all three are numbers.</summary>
    public bool IsFinite => double.IsFinite(X + Y + Z);

    /// <summary>Adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector3D operator +(Vector3D a, Vector3D b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>Subtracts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector3D operator -(Vector3D a, Vector3D b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>Scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector3D operator *(Vector3D a, double factor) => new(a.X * factor, a.Y * factor, a.Z * factor);

    /// <summary>The scalar product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Dot(Vector3D a, Vector3D b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    /// <summary>The vector product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector3D Cross(Vector3D a, Vector3D b) => new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    /// <summary>The angle between two directions of any length, degrees; exact for small ones too.</summary>
    public static double AngleDeg(Vector3D a, Vector3D b) => Math.Atan2(Cross(a, b).Length, Dot(a, b)) * 180 / Math.PI;

    /// <summary>The same vector, no longer than this.</summary>
    public Vector3D Limited(double longest)
    {
        double squared = LengthSquared;
        return squared <= longest * longest ? this : this * (longest / Math.Sqrt(squared));
    }
}
