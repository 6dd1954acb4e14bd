using LoopRig.Core.Stimuli;
using LoopRig.Native.Gl;

namespace LoopRig.Stimulus.Rendering;

/// <summary>Draws gratings, plaids and Gabors: a shader for each form, so that none computes what it does not show.</summary>
internal sealed class GratingDrawer(GlContext gl, MonitorGeometry geometry) : IDisposable
{
    private const int FirstWave = 4;
    private const int Gabor = 1, Plaid = 2, InAperture = 4;

    private readonly PatternProgram?[] _programs = new PatternProgram?[8];

    /// <summary>Compiles what a pattern needs.</summary>
    public void Prepare(GratingPattern grating) => ProgramOf(grating);

    /// <summary>Draws a pattern as it is so many seconds after its start.</summary>
    public void Draw(GratingPattern grating, double time)
    {
        var program = ProgramOf(grating);
        program.Use(grating.Centre);
        program.SetForm(grating.SigmaDeg, grating.Square ? 1 : 0);
        if (grating.Aperture is { } aperture)
        {
            program.SetAperture(aperture);
        }
        for (var i = 0; i < grating.Components.Length; i++)
        {
            var wave = grating.Components[i];
            var (sin, cos) = Math.SinCos(wave.DirectionDeg * Math.PI / 180);
            var phase = wave.TemporalFrequencyHz * time - wave.PhaseDeg / 360;
            program.Set(FirstWave + i, wave.SpatialFrequencyCpd * cos, wave.SpatialFrequencyCpd * sin, phase - Math.Floor(phase), wave.Contrast);
        }
        gl.DrawEverywhere();
    }

    public void Dispose()
    {
        foreach (var program in _programs)
        {
            program?.Dispose();
        }
    }

    private PatternProgram ProgramOf(GratingPattern grating)
    {
        var form = (grating.SigmaDeg > 0 ? Gabor : 0) | (grating.Components.Length > 1 ? Plaid : 0) | (grating.Aperture is not null ? InAperture : 0);
        return _programs[form] ??= Compile(form);
    }

    private PatternProgram Compile(int form)
    {
        var defined = new List<string>();
        if ((form & Gabor) != 0)
        {
            defined.Add("GABOR");
        }
        if ((form & Plaid) != 0)
        {
            defined.Add("PLAID");
        }
        if ((form & InAperture) != 0)
        {
            defined.Add("APERTURE");
        }
        return new PatternProgram(gl, geometry, "grating.frag", defined: defined);
    }
}
