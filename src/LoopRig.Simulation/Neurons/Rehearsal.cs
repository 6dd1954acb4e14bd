using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Neurons;

/// <summary>
/// Some minutes in the life of another mouse, seen through the filters of a population: filtered once, since rendering costs most, then played to the
/// population as often as calibration needs.
/// </summary>
internal sealed class Rehearsal
{
    private readonly UnitTruth[] _units;
    private readonly Func<VisualDrive> _filters;
    private readonly MouseState[] _mouse;
    private readonly float[] _response, _energy;
    private readonly float[] _energyScale;

    /// <summary>Lets a mouse see for so many ticks of the cortex.</summary>
    /// <param name="units">The population.</param>
    /// <param name="filters">Makes its filters, at rest and unscaled.</param>
    /// <param name="sight">The mouse, and what it sees.</param>
    /// <param name="ticks">How long.</param>
    public Rehearsal(UnitTruth[] units, Func<VisualDrive> filters, ISight sight, int ticks)
    {
        (_units, _filters) = (units, filters);
        _mouse = new MouseState[ticks];
        _response = new float[ticks * units.Length];
        _energy = new float[ticks * units.Length];
        VisualDrive drive = filters();
        for (int tick = 0; tick < ticks; tick++)
        {
            _mouse[tick] = sight.See(tick * Cortex.TickNs);
            drive.Filter(sight.Contrast, Cortex.TickNs / 1e9f, Of(_response, tick), Of(_energy, tick));
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
        VisualDrive drive = _filters();
        _energyScale.CopyTo(drive.EnergyScale, 0);
        return drive;
    }

    /// <summary>Shows everything to <paramref name="cortex"/> and returns its bins.</summary>
    /// <param name="cortex">The population, at rest.</param>
    /// <param name="behaviourShift">Ticks by which behaviour is taken from another time than what is seen.</param>
    public BinTruth[] Play(Cortex cortex, int behaviourShift = 0)
    {
        var bins = new BinTruth[_mouse.Length / Cortex.TicksPerBin];
        var response = new float[_units.Length];
        var energy = new float[_units.Length];
        int bin = 0;
        for (int tick = 0; tick < _mouse.Length; tick++)
        {
            Of(_response, tick).CopyTo(response);
            Of(_energy, tick).CopyTo(energy);
            if (!cortex.Integrate(response, energy, _mouse[(tick + behaviourShift) % _mouse.Length]))
                continue;
            bins[bin] = new BinTruth(_units.Length);
            bins[bin++].CopyFrom(cortex.LastBin);
        }
        return bins;
    }

    private Span<float> Of(float[] values, int tick) => values.AsSpan(tick * _units.Length, _units.Length);
}
