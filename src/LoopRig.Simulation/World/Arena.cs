using LoopRig.Core;

namespace LoopRig.Simulation.World;

/// <summary>
/// A rectangular box with an open top in a dim room: x from 0 to Width, y from 0 to Depth, z up from the floor, all in cm. Each wall is a row of panels
/// that differ in pattern, orientation, contrast and brightness, so that where the mouse lingers matters to its visual cortex.
/// </summary>
public sealed class Arena
{
    /// <summary>Texels per centimetre on every surface.</summary>
    public const float TexelsPerCm = 8;

    /// <summary>Width of a wall panel, cm.</summary>
    public const float PanelWidthCm = 15;

    /// <summary>Builds the arena that belongs to <paramref name="seed"/>.</summary>
    public Arena(ulong seed)
    {
        var random = new SeededRandom(seed, "arena");
        Floor = TextureSynthesis.Draw(random, TextureStyle.Cloud, 512, 512, 0.3, 0.3, 0);
        Room = TextureSynthesis.Draw(random, TextureStyle.Leaves, 256, 128, 0.5, 0.25, 0);
        Walls = new Texture[4][];
        for (int wall = 0; wall < 4; wall++)
        {
            Walls[wall] = new Texture[(int)((wall < 2 ? Depth : Width) / PanelWidthCm)];
            for (int panel = 0; panel < Walls[wall].Length; panel++)
                Walls[wall][panel] = DrawPanel(random);
        }
        Pillars =
        [
            DrawPillar(random, 15, 30), DrawPillar(random, 45, 32), DrawPillar(random, 30, 13),
        ];
    }

    /// <summary>Extent along x, cm.</summary>
    public float Width { get; } = 60;

    /// <summary>Extent along y, cm.</summary>
    public float Depth { get; } = 45;

    /// <summary>Height of the walls, cm.</summary>
    public float WallHeight { get; } = 28;

    /// <summary>The floor, repeated every 64 cm.</summary>
    public Texture Floor { get; }

    /// <summary>What is seen above the walls: a panorama, 256 texels for the full turn by 128 from the horizon to straight up.</summary>
    public Texture Room { get; }

    /// <summary>Panels of the walls x = 0, x = Width (along y), y = 0, y = Depth (along x).</summary>
    public Texture[][] Walls { get; }

    /// <summary>Objects standing in the arena.</summary>
    public IReadOnlyList<Pillar> Pillars { get; }

    // Half of the panels carry strong pattern, the others are nearly plain: lingering before the one or the other changes drive for seconds.
    private static Texture DrawPanel(SeededRandom random)
    {
        var style = (TextureStyle)random.Below(4);
        double contrast = random.Uniform() < 0.5 ? random.Uniform(0.05, 0.2) : random.Uniform(0.45, 0.9);
        return TextureSynthesis.Draw(random, style, 128, 256, random.Uniform(0.3, 0.55), contrast, random.Uniform(0, Math.PI));
    }

    private static Pillar DrawPillar(SeededRandom random, double x, double y)
    {
        Texture surface = TextureSynthesis.Draw(
            random, random.Uniform() < 0.5 ? TextureStyle.Stripes : TextureStyle.Leaves, 128, 128, random.Uniform(0.25, 0.6), 0.6, random.Uniform(0, Math.PI));
        return new Pillar((float)(x + random.Normal(0, 2)), (float)(y + random.Normal(0, 2)), (float)random.Uniform(1.8, 3.2), (float)random.Uniform(7, 16), surface);
    }
}
