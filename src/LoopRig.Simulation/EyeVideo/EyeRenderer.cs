namespace LoopRig.Simulation.EyeVideo;

/// <summary>
/// Draws infra-red pictures of an eye: fur and lids, sclera, iris, a dark or a bright pupil, reflections on the cornea, whiskers, blur, noise and uneven
/// light. A picture is a pure function of pose and frame number. About 15 ns a pixel on
/// one core: 0.3 ms at 160x120, 2 % of a core at 60 frames per second.
/// </summary>
/// <remarks>Borders are drawn with their blurred profile instead of blurring the picture, so the true outline is where the profile is halfway.</remarks>
public sealed class EyeRenderer
{
    private const float ScleraLevel = 125, IrisLevel = 92, DarkPupilLevel = 28, BrightPupilLevel = 205, LidShadow = 0.55f, ReflectionLevel = 330;
    private const double IrisRadius = 0.86, ReflectionRadius = 0.05; // of the rotation radius
    private const double IrisGrains = 64; // grains of the iris's pattern in a rotation radius

    private readonly EyeCameraOptions _options;
    private readonly EyeTextures _textures;
    private readonly Whiskers _whiskers;
    private readonly float[] _row;
    private readonly float[] _upper;
    private readonly float[] _lower;

    /// <summary>A renderer of one eye under one camera.</summary>
    public EyeRenderer(EyeCameraOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Width, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Height, 16);
        _options = options;
        Projection = new EyeProjection(options);
        _textures = new EyeTextures(options);
        _whiskers = new Whiskers(options);
        _row = new float[options.Width];
        _upper = new float[options.Width];
        _lower = new float[options.Width];
    }

    /// <summary>Where things truly are in the picture.</summary>
    public EyeProjection Projection { get; }

    /// <summary>Draws one frame; allocates nothing.</summary>
    /// <param name="pose">What the eye does.</param>
    /// <param name="frame">The frame's number, which chooses its noise and where the whiskers are.</param>
    /// <param name="pixels">Takes the picture, grey, (H, W) row by row.</param>
    public void Render(in EyePose pose, long frame, Span<byte> pixels)
    {
        int width = _options.Width, height = _options.Height;
        if (pixels.Length != width * height) throw new ArgumentException($"a picture of {width}x{height} has {width * height} bytes", nameof(pixels));
        for (int x = 0; x < width; x++)
        {
            (double upper, double lower) = Projection.Lids.Edges(x, pose.LidOpening);
            (_upper[x], _lower[x]) = ((float)upper, (float)lower);
        }

        PupilPlane plane = Projection.Plane(pose.ThetaDeg, pose.PhiDeg);
        for (int y = 0; y < height; y++)
        {
            Shade(plane, pose, y);
            AddReflections(pose, y);
            Store(y, frame, pixels.Slice(y * width, width));
        }

        _whiskers.Draw(pixels, frame);
    }

    // One row of the eyeball without its reflections and without the lids.
    private void Shade(in PupilPlane plane, in EyePose pose, int y)
    {
        float pupil = (float)pose.PupilRadiusPx, iris = (float)(IrisRadius * Projection.Radius), soft = (float)Math.Max(0.3, _options.BlurPx);
        float pupilLevel = _options.BrightPupil ? BrightPupilLevel : DarkPupilLevel;
        float ux = (float)plane.Ux, vx = (float)plane.Vx, wx = (float)plane.Wx;
        float u0 = (float)((plane.Uy * y) + plane.U1), v0 = (float)((plane.Vy * y) + plane.V1), w0 = (float)((plane.Wy * y) + plane.W1);
        // How u and v change down the picture, the slow change of w aside: what turns distances in the plane into distances in the picture.
        float uy = (float)plane.Uy, vy = (float)plane.Vy;
        float grain = (float)(IrisGrains / Projection.Radius), margin = (2 * soft) + 1, border = 12 * soft; // foreshortening stretches borders in the plane
        ReadOnlySpan<float> light = _textures.Light.AsSpan(y * _row.Length, _row.Length), pattern = _textures.Iris;
        for (int x = 0; x < _row.Length; x++)
        {
            if (y < _upper[x] - margin || y > _lower[x] + margin) continue;
            float w = 1 / (w0 + (wx * x)), u = (u0 + (ux * x)) * w, v = (v0 + (vx * x)) * w;
            float distance = MathF.Sqrt((u * u) + (v * v)) + 1e-3f;
            float texture = pattern[(((int)((v * grain) + 4096) & (EyeTextures.IrisSize - 1)) * EyeTextures.IrisSize) + ((int)((u * grain) + 4096) & (EyeTextures.IrisSize - 1))];
            float inIris = distance < iris ? 1 : 0, inPupil = distance < pupil ? 1 : 0;
            if (MathF.Abs(pupil - distance) < border || MathF.Abs(iris - distance) < border)
            {
                float alongX = ((u * ux) + (v * vx)) * w / distance, alongY = ((u * uy) + (v * vy)) * w / distance;
                float perPixel = MathF.Sqrt((alongX * alongX) + (alongY * alongY)) + 1e-6f;
                inIris = Inside((iris - distance) / perPixel, 2 * soft);
                inPupil = Inside((pupil - distance) / perPixel, soft);
            }

            float level = ScleraLevel + (inIris * (IrisLevel + texture - ScleraLevel));
            _row[x] = light[x] * (level + (inPupil * (pupilLevel - level)));
        }
    }

    private void AddReflections(in EyePose pose, int y)
    {
        double radius = ReflectionRadius * Projection.Radius;
        for (int lamp = 0; lamp < _options.Lamps; lamp++)
        {
            (double cx, double cy) = Projection.Reflection(pose, lamp);
            double reach = radius + (3 * Math.Max(1, _options.BlurPx));
            if (Math.Abs(y - cy) > reach) continue;
            for (int x = Math.Max(0, (int)(cx - reach)); x <= Math.Min(_row.Length - 1, (int)(cx + reach)); x++)
            {
                float distance = MathF.Sqrt((float)(((x - cx) * (x - cx)) + ((y - cy) * (y - cy))));
                _row[x] += Inside((float)radius - distance, (float)Math.Max(0.5, _options.BlurPx)) * (ReflectionLevel - _row[x]);
            }
        }
    }

    // The lids over the eyeball, with a shadow at their rims, and noise.
    private void Store(int y, long frame, Span<byte> pixels)
    {
        ReadOnlySpan<float> fur = _textures.Fur.AsSpan(y * _row.Length, _row.Length), noise = _textures.Noise;
        float soft = (float)Math.Max(0.5, _options.BlurPx), rim = (float)(0.06 * Projection.Radius);
        uint at = Hash((ulong)frame * 8191 + (ulong)y + _options.Seed);
        for (int x = 0; x < pixels.Length; x++)
        {
            float depth = MathF.Min(y - _upper[x], _lower[x] - y); // px inside the opening, nearly
            float level = fur[x] * (depth > -4 * rim ? 1 - (LidShadow * MathF.Max(0, 1 - (MathF.Abs(depth) / rim))) : 1);
            float open = Inside(depth, soft);
            if (open > 0) level += open * (_row[x] - level);
            level += noise[(int)((at + (uint)x) & (EyeTextures.NoiseSize - 1))];
            pixels[x] = (byte)Math.Clamp(level + 0.5f, 0, 255);
        }
    }

    // From 0 to 1 over a border that lies at 0, like a step blurred by a Gaussian of deviation `soft` (a cubic, within 0.03 of it).
    private static float Inside(float distance, float soft)
    {
        float t = Math.Clamp(0.5f + (distance / (4 * soft)), 0, 1);
        return t * t * (3 - (2 * t));
    }

    private static uint Hash(ulong value)
    {
        value = (value ^ (value >> 31)) * 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 29)) * 0xBF58476D1CE4E5B9UL;
        return (uint)(value >> 32);
    }
}
