using LoopRig.Core;
using LoopRig.Simulation.Body;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation.Sensors;

/// <summary>Lets the mouse see every 16 ms and hands each closed bin to the electrode array. It publishes nothing itself.</summary>
internal sealed class CortexClock(ElectrodeArray array) : Sensor(-1, Cortex.TickNs)
{
    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        MouseState mouse = scene.Mouse.At(NextNs);
        scene.Retina.Look(mouse, Cortex.TickNs / 1e9f);
        scene.Mouse.Luminance = scene.Retina.MeanLuminance;
        if (scene.Cortex.Tick(scene.Retina.Contrast, mouse))
            array.Take(scene.Cortex.LastBin, NextNs + Cortex.TickNs);
        Next();
    }
}
