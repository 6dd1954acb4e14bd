using System.Runtime.CompilerServices;

namespace LoopRig.Acquisition;

/// <summary>A unit quaternion (w, x, y, z) in double precision: turns vectors of one frame into another. a * b applies b first.</summary>
internal readonly record struct Rotation(double W, double X, double Y, double Z)
{
    internal static Rotation Identity => new(1, 0, 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rotation operator *(Rotation a, Rotation b) => new(
        (a.W * b.W) - (a.X * b.X) - (a.Y * b.Y) - (a.Z * b.Z),
        (a.W * b.X) + (a.X * b.W) + (a.Y * b.Z) - (a.Z * b.Y),
        (a.W * b.Y) - (a.X * b.Z) + (a.Y * b.W) + (a.Z * b.X),
        (a.W * b.Z) + (a.X * b.Y) - (a.Y * b.X) + (a.Z * b.W));

    /// <summary>The rotation by a vector: about its direction, by its length in radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Rotation By(Vector3D vector)
    {
        double squared = vector.LengthSquared / 4;
        if (squared > 1e-2)
        {
            double half = Math.Sqrt(squared);
            (double sin, double cos) = Math.SinCos(half);
            Vector3D part = vector * (sin / (2 * half));
            return new Rotation(cos, part.X, part.Y, part.Z);
        }

        // The series' next terms are below 1e-11 for these angles (under 12 degrees a sample); a square root and a sine are saved.
        double scale = 0.5 * (1 - (squared / 6 * (1 - (squared / 20 * (1 - (squared / 42))))));
        double w = 1 - (squared / 2 * (1 - (squared / 12 * (1 - (squared / 30)))));
        return new Rotation(w, vector.X * scale, vector.Y * scale, vector.Z * scale);
    }

    /// <summary>The shortest rotation that takes a direction (of any length but 0) to the third axis.</summary>
    internal static Rotation ToUp(Vector3D direction)
    {
        double length = direction.Length;
        double w = Math.Sqrt(Math.Max(0, (1 + (direction.Z / length)) / 2));
        if (w < 1e-6) return new Rotation(0, 1, 0, 0); // straight down: any horizontal axis will do
        double scale = 1 / (2 * w * length);
        return new Rotation(w, direction.Y * scale, -direction.X * scale, 0);
    }

    /// <summary>Takes off what rounding has added to the length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Rotation Renormalised()
    {
        double scale = (3 - ((W * W) + (X * X) + (Y * Y) + (Z * Z))) / 2;
        return new Rotation(W * scale, X * scale, Y * scale, Z * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector3D Apply(Vector3D v)
    {
        // v + 2 w (u x v) + 2 u x (u x v)
        double tx = 2 * ((Y * v.Z) - (Z * v.Y)), ty = 2 * ((Z * v.X) - (X * v.Z)), tz = 2 * ((X * v.Y) - (Y * v.X));
        return new Vector3D(
            v.X + (W * tx) + (Y * tz) - (Z * ty),
            v.Y + (W * ty) + (Z * tx) - (X * tz),
            v.Z + (W * tz) + (X * ty) - (Y * tx));
    }

    /// <summary>The rows of the rotation's matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Rows(out Vector3D x, out Vector3D y, out Vector3D z)
    {
        x = new Vector3D(1 - (2 * ((Y * Y) + (Z * Z))), 2 * ((X * Y) - (W * Z)), 2 * ((X * Z) + (W * Y)));
        y = new Vector3D(2 * ((X * Y) + (W * Z)), 1 - (2 * ((X * X) + (Z * Z))), 2 * ((Y * Z) - (W * X)));
        z = new Vector3D(2 * ((X * Z) - (W * Y)), 2 * ((Y * Z) + (W * X)), 1 - (2 * ((X * X) + (Y * Y))));
    }
}
