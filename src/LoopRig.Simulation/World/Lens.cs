namespace LoopRig.Simulation.World;

/// <summary>
/// The viewing direction of each pixel of a raster with equal angles between neighbours (azimuthal equidistant, as a wide-angle lens and
/// a retina both are, nearly), in the frame (axis, right, up) of the camera or eye.
/// </summary>
public sealed class Lens
{
    /// <summary>A raster of <paramref name="height"/> x <paramref name="width"/> pixels, <paramref name="degreesPerPixel"/> apart.</summary>
    public Lens(int height, int width, double degreesPerPixel)
    {
        Height = height;
        Width = width;
        RadiansPerPixel = (float)(degreesPerPixel * Math.PI / 180);
        Axis = new float[height * width];
        Right = new float[height * width];
        Up = new float[height * width];
        for (int at = 0; at < Axis.Length; at++)
        {
            double right = RightDegrees(at % width, degreesPerPixel, width) * Math.PI / 180;
            double up = -RightDegrees(at / width, degreesPerPixel, height) * Math.PI / 180;
            double angle = Math.Sqrt(right * right + up * up);
            double ratio = angle < 1e-9 ? 1 : Math.Sin(angle) / angle;
            Axis[at] = (float)Math.Cos(angle);
            Right[at] = (float)(ratio * right);
            Up[at] = (float)(ratio * up);
        }
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Angle between neighbouring pixels, rad.</summary>
    public float RadiansPerPixel { get; }

    /// <summary>Component along the optical axis, height x width.</summary>
    public float[] Axis { get; }

    /// <summary>Component to the image's right, height x width.</summary>
    public float[] Right { get; }

    /// <summary>Component to the image's top, height x width.</summary>
    public float[] Up { get; }

    private static double RightDegrees(int index, double degreesPerPixel, int count) => (index - (count - 1) / 2.0) * degreesPerPixel;
}
