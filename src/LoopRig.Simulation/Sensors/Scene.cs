using LoopRig.Simulation.Body;
using LoopRig.Simulation.Neurons;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Sensors;

/// <summary>What the sensors look at: the mouse in its arena, its retina and its cortex.</summary>
internal sealed class Scene
{
    public Scene(MouseOptions options)
    {
        Arena = new Arena(options.Seed);
        Mouse = new Mouse(Arena, options.SessionSeed);
        Retina = new Retina(Arena);
        Cortex = CortexBuilder.Build(Arena, options.Units, options.Seed, options.SessionSeed, options.BehaviourMemorySeconds);
    }

    public Arena Arena { get; }

    public Mouse Mouse { get; }

    public Retina Retina { get; }

    public Cortex Cortex { get; }
}
