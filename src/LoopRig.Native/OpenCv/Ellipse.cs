using System.Runtime.InteropServices;

namespace LoopRig.Native.OpenCv;

/// <summary>An ellipse in pixels, the centre of the upper left pixel being (0, 0). Laid out as lrcv_ellipse, 40 bytes.</summary>
/// <param name="CentreX">from the left, px</param>
/// <param name="CentreY">from the top, px</param>
/// <param name="Width">one full axis, px</param>
/// <param name="Height">the other full axis, px</param>
/// <param name="AngleDeg">from the image's horizontal to the axis of <paramref name="Width"/>, clockwise as seen on the screen</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Ellipse(double CentreX, double CentreY, double Width, double Height, double AngleDeg)
{
    /// <summary>The longer full axis, px.</summary>
    public double Major => Math.Max(Width, Height);

    /// <summary>The shorter full axis, px.</summary>
    public double Minor => Math.Min(Width, Height);

    /// <summary>From the image's horizontal to the longer axis, clockwise on the screen, 0 to 180 deg.</summary>
    public double MajorAngleDeg
    {
        get
        {
            double angle = (Width >= Height ? AngleDeg : AngleDeg + 90) % 180;
            return angle < 0 ? angle + 180 : angle;
        }
    }
}
