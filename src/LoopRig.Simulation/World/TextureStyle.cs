namespace LoopRig.Simulation.World;

/// <summary>What a surface of the arena looks like.</summary>
public enum TextureStyle
{
    /// <summary>Isotropic 1/f noise: soil, litter.</summary>
    Cloud,

    /// <summary>1/f noise drawn out along one orientation: bark, grass.</summary>
    Grain,

    /// <summary>Occluding discs and boxes with a power law of sizes: sharp edges at every scale.</summary>
    Leaves,

    /// <summary>Hard stripes of one orientation with 1/f noise on them.</summary>
    Stripes,
}
