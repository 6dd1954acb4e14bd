using LoopRig.Core.Stimuli;

namespace LoopRig.Stimulus.Rendering;

/// <summary>The block of uniforms that every shader shares, laid out as in common.glsl (std140).</summary>
internal static class MonitorBlock
{
    public const int Floats = 20;

    public static float[] Of(MonitorGeometry geometry)
    {
        var (c, x, y, z) = (geometry.Centre, geometry.AxisX, geometry.AxisY, geometry.AxisZ);
        double[] block =
        [
            c.X, c.Y, c.Z, geometry.Aspect,
            x.X, x.Y, x.Z, geometry.DegreesPerUnit,
            y.X, y.Y, y.Z, 0,
            z.X, z.Y, z.Z, 0,
            geometry.Monitor.WidthPx, geometry.Monitor.HeightPx, GammaCurve.TableLength, 0,
        ];
        return [.. block.Select(v => (float)v)];
    }
}
