using LoopRig.Simulation.Body;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Neurons;

/// <summary>
/// Some minutes in the life of another mouse in the same arena, seen through the filters of a population: filtered once, since rendering costs most,
/// then played to the population as often as calibration needs.
/// </summary>
internal sealed class Rehearsal
{
    private readonly UnitTruth[] _units;
    private readonly MouseState[] _mouse;
    private readonly float[] _response, _energy;
    private readonly float[] _energyScale;

    public Rehearsal(Arena arena, UnitTruth[] units, int ticks, ulong seed)
    {
        _units = units;
        _mouse = new MouseState[ticks];
        _response = new float[ticks * units.Length];
        _energy = new float[ticks * units.Length];
        var mouse = new Mouse(arena, seed ^ 0x5EC0DA17);       // any other seed: the recorded mouse must not be the rehearsing one
        var retina = new Retina(arena);
        var drive = new VisualDrive(units);
        for (int tick = 0; tick < ticks; tick++)
        {
            _mouse[tick] = mouse.At(tick * Cortex.TickNs);
            retina.Look(_mouse[tick], Cortex.TickNs / 1e9f);
            mouse.Luminance = retina.MeanLuminance;
            drive.Filter(retina.Contrast, Cortex.TickNs / 1e9f, Of(_response, tick), Of(_energy, tick));
        }
        _energyScale = new float[units.Length];
        for (int unit = 0; unit < units.Length; unit++)
        {
            double sum = 0;
            for (int tick = 0; tick < ticks; tick++)
                sum += _energy[tick * units.Length + unit];
            _energyScale[unit] = (float)(ticks / Math.Max(sum, 1e-9));
        }
    }

    /// <summary>Filters at rest, scaled so that each unit's energy had a mean of 1.</summary>
    public VisualDrive FreshDrive()
    {
        var drive = new VisualDrive(_units);
        _energyScale.CopyTo(drive.EnergyScale, 0);
        return drive;
    }

    /// <summary>Shows everything to <paramref name="cortex"/> and returns its bins.</summary>
    public BinTruth[] Play(Cortex cortex)
    {
        var bins = new BinTruth[_mouse.Length / Cortex.TicksPerBin];
        var response = new float[_units.Length];
        var energy = new float[_units.Length];
        int bin = 0;
        for (int tick = 0; tick < _mouse.Length; tick++)
        {
            Of(_response, tick).CopyTo(response);
            Of(_energy, tick).CopyTo(energy);
            if (!cortex.Integrate(response, energy, _mouse[tick]))
                continue;
            bins[bin] = new BinTruth(_units.Length);
            bins[bin++].CopyFrom(cortex.LastBin);
        }
        return bins;
    }

    private Span<float> Of(float[] values, int tick) => values.AsSpan(tick * _units.Length, _units.Length);
}
