namespace LoopRig.Models.Foundation;

/// <summary>
/// The retina's rays: azimuthal equidistant, so that the distance from the centre is the visual angle. The unit of length is half the width; pixel
/// centres span +-(W-1)/W. (Wang et al. 2025, "Angular" in the published code.)
/// </summary>
internal static class Retina
{
    /// <summary>Unit vectors [H, W, 3]: x right, y down, z along the line of sight.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="degrees">Visual angle at a distance of 1.</param>
    internal static float[] Rays(int height, int width, double degrees)
    {
        double radians = degrees * Math.PI / 180, inside = (width - 1.0) / width;
        float[] rays = new float[height * width * 3];
        for (int i = 0; i < height; i++)
        {
            double y = height == 1 ? 0 : (2.0 * i / (height - 1) - 1) * height / width * inside;
            for (int j = 0; j < width; j++)
            {
                double x = width == 1 ? 0 : (2.0 * j / (width - 1) - 1) * inside;
                double angle = Math.Min(Math.Sqrt(x * x + y * y) * radians, Math.PI / 2), turn = Math.Atan2(y, x);
                int at = (i * width + j) * 3;
                rays[at] = (float)(Math.Sin(angle) * Math.Cos(turn));
                rays[at + 1] = (float)(Math.Sin(angle) * Math.Sin(turn));
                rays[at + 2] = (float)Math.Cos(angle);
            }
        }
        return rays;
    }
}
