using LoopRig.Rig.Configuration;
using LoopRig.Simulation;

namespace LoopRig.Rig.Demo;

/// <summary>The digital mouse in a rig: its configuration, and what a simulation that runs faster than real time makes of it.</summary>
internal static class SimulatedRig
{
    /// <summary>What a mouse is to the simulation.</summary>
    public static MouseOptions Options(SimulatedMouseConfig config) => new()
    {
        Seed = (ulong)config.Seed,
        Session = (ulong)config.Session,
        Units = config.Units,
        WorldcamRateHz = config.WorldcamRateHz,
        WorldcamInterlaced = config.WorldcamInterlaced,
        WorldcamHeight = config.WorldcamHeight,
        WorldcamWidth = config.WorldcamWidth,
        EyecamRateHz = config.EyecamRateHz,
        EyecamHeight = config.EyecamHeight,
        EyecamWidth = config.EyecamWidth,
        ImuRateHz = config.ImuRateHz,
        ImuBlock = config.ImuBlockSamples,
        EncoderRateHz = config.EncoderRateHz,
        EncoderPort = config.EncoderPort,
        Clocks = [.. config.Clocks.Select(c => new MouseClockOptions { Device = c.Device, OffsetSeconds = c.OffsetSeconds, DriftPpm = c.DriftPpm, ResetSeconds = c.ResetSeconds })],
    };
}
