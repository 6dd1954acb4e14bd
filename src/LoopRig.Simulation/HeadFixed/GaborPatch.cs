using LoopRig.Core.Stimuli;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>A Gabor in the visual field, angles in degrees of the eye.</summary>
/// <param name="Centre">Its centre.</param>
/// <param name="OrientationDeg">Direction along its bars, counter-clockwise from horizontal.</param>
/// <param name="CyclesPerDegree">Across its bars.</param>
/// <param name="SigmaDeg">Standard deviation of the envelope across the bars.</param>
/// <param name="Elongation">Standard deviation along the bars over that across them.</param>
/// <param name="PhaseDeg">0: the centre is bright.</param>
public sealed record GaborPatch(VisualAngle Centre, double OrientationDeg, double CyclesPerDegree, double SigmaDeg, double Elongation, double PhaseDeg)
{
    /// <summary>The Gabor of a unit.</summary>
    public static GaborPatch Of(UnitTruth unit) =>
        new(new VisualAngle(unit.CentreRightDeg, unit.CentreUpDeg), unit.OrientationDeg, unit.CyclesPerDegree, unit.SigmaDeg, unit.Elongation, unit.PhaseDeg);

    /// <summary>Envelope and phase angle (rad) so many degrees to the right of the centre and above it.</summary>
    internal (double Envelope, double Angle) At(double right, double up)
    {
        (double sin, double cos) = Math.SinCos(OrientationDeg * Math.PI / 180);
        double along = (right * cos + up * sin) / Elongation, across = up * cos - right * sin;
        return (Math.Exp(-(along * along + across * across) / (2 * SigmaDeg * SigmaDeg)), 2 * Math.PI * CyclesPerDegree * across - PhaseDeg * Math.PI / 180);
    }
}
