using System.Numerics;

namespace LoopRig.Simulation.World;

/// <summary>Sees the arena through a lens: one ray a pixel against floor, walls, pillars and the room beyond.</summary>
public sealed class RayCaster(Arena arena)
{
    private const float Infinite = 1e9f;
    private readonly float _width = arena.Width, _depth = arena.Depth, _wallHeight = arena.WallHeight;
    private readonly Texture _floor = arena.Floor, _room = arena.Room;
    private readonly Texture[][] _walls = arena.Walls;
    private readonly Pillar[] _pillars = [.. arena.Pillars];
    private readonly PillarView[] _views = new PillarView[arena.Pillars.Count];
    private readonly float _halfTurnToTexels = arena.Room.Width / (2 * MathF.PI);
    private readonly float _quarterTurnToTexels = arena.Room.Height / (MathF.PI / 2);

    /// <summary>Writes the luminance (0..1) of every pixel of <paramref name="lens"/>, row-major, seen from <paramref name="pose"/>.</summary>
    public void Render(in ViewPose pose, Lens lens, Span<float> luminance)
    {
        float[] axis = lens.Axis, right = lens.Right, up = lens.Up;
        for (int i = 0; i < _pillars.Length; i++)
            _views[i] = new PillarView(_pillars[i], pose.Position);
        for (int at = 0; at < luminance.Length; at++)
        {
            Vector3 ray = axis[at] * pose.Axis + right[at] * pose.Right + up[at] * pose.Up;
            luminance[at] = Trace(pose.Position, ray, lens.RadiansPerPixel);
        }
    }

    private float Trace(Vector3 eye, Vector3 ray, float pixelAngle)
    {
        // Distances to the two walls and the floor that this ray can reach; one parallel to the ray comes out beyond all others.
        float toX = ((ray.X > 0 ? _width : 0) - eye.X) / ray.X;
        float toY = ((ray.Y > 0 ? _depth : 0) - eye.Y) / ray.Y;
        float toFloor = ray.Z < -1e-6f ? -eye.Z / ray.Z : Infinite;
        float nearest = MathF.Min(MathF.Min(toX, toY), toFloor);

        int pillar = -1;
        float flat = ray.X * ray.X + ray.Y * ray.Y;
        for (int i = 0; i < _views.Length; i++)
        {
            float distance = _views[i].Distance(ray, flat);
            if (distance >= nearest)
                continue;
            float height = eye.Z + distance * ray.Z;
            if (height < 0 || height > _pillars[i].Height)
                continue;
            nearest = distance;
            pillar = i;
        }

        Vector3 hit = eye + nearest * ray;
        float footprint = nearest * pixelAngle * Arena.TexelsPerCm;
        if (pillar >= 0)
            return PillarLight(_pillars[pillar], hit, footprint);
        if (nearest == toFloor)
            return _floor.Sample(hit.X * Arena.TexelsPerCm, hit.Y * Arena.TexelsPerCm, footprint / MathF.Max(-ray.Z, 0.2f));
        if (hit.Z > _wallHeight)
            return RoomLight(ray, pixelAngle);
        return nearest == toX
            ? WallLight(_walls[ray.X > 0 ? 1 : 0], hit.Y, hit.Z, footprint / MathF.Max(MathF.Abs(ray.X), 0.2f))
            : WallLight(_walls[ray.Y > 0 ? 3 : 2], hit.X, hit.Z, footprint / MathF.Max(MathF.Abs(ray.Y), 0.2f));
    }

    // Light comes from above: surfaces brighten towards the rim.
    private float WallLight(Texture[] panels, float along, float z, float footprint)
    {
        int panel = Math.Clamp((int)(along / Arena.PanelWidthCm), 0, panels.Length - 1);
        float u = along - panel * Arena.PanelWidthCm;
        return panels[panel].Sample(u * Arena.TexelsPerCm, z * Arena.TexelsPerCm, footprint) * (0.7f + 0.4f * z / _wallHeight);
    }

    private static float PillarLight(Pillar pillar, Vector3 hit, float footprint)
    {
        float x = (hit.X - pillar.X) / pillar.Radius, y = (hit.Y - pillar.Y) / pillar.Radius;
        float turn = MathF.Atan2(y, x) * pillar.Radius;
        return pillar.Surface.Sample(turn * Arena.TexelsPerCm, hit.Z * Arena.TexelsPerCm, footprint) * (0.75f + 0.3f * x);
    }

    private float RoomLight(Vector3 ray, float pixelAngle)
    {
        float azimuth = MathF.Atan2(ray.Y, ray.X), elevation = MathF.Asin(Math.Clamp(ray.Z, -1, 1));
        float light = _room.Sample(azimuth * _halfTurnToTexels, elevation * _quarterTurnToTexels, pixelAngle * _halfTurnToTexels);
        return light * (0.8f + 0.3f * elevation);
    }

    // A pillar seen from where the eye is: what every ray of one view has in common.
    private readonly struct PillarView(Pillar pillar, Vector3 eye)
    {
        private readonly float _x = eye.X - pillar.X, _y = eye.Y - pillar.Y;
        private readonly float _outside = (eye.X - pillar.X) * (eye.X - pillar.X) + (eye.Y - pillar.Y) * (eye.Y - pillar.Y) - pillar.Radius * pillar.Radius;

        public float Distance(Vector3 ray, float flat)
        {
            float approach = -(_x * ray.X + _y * ray.Y);
            float discriminant = approach * approach - flat * _outside;
            return approach <= 0 || discriminant <= 0 ? Infinite : (approach - MathF.Sqrt(discriminant)) / flat;
        }
    }
}
