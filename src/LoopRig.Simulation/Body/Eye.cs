using LoopRig.Core;

namespace LoopRig.Simulation.Body;

/// <summary>
/// The right eye in the head. The vestibulo-ocular reflex turns it against the head: against yaw it is a velocity signal whose drift saccades in the
/// direction of the head turn reset; against pitch and roll it holds position, as torsion and elevation of a laterally placed eye
/// (Wallace et al. 2013, doi 10.1038/nature12153; Meyer, O'Keefe and Poort 2020; Michaiel, Abe and Niell 2020).
/// </summary>
internal sealed class Eye(SeededRandom random)
{
    private const double YawGain = 0.85, TiltGain = 0.65;
    private const double CentringS = 6;
    private const double ReflexLagS = 0.03;
    private const double SaccadeRatePerS = 35;          // e-fold approach: about 60 ms for a whole saccade
    private const double MaxTheta = 24, MaxPhi = 22;

    private readonly double _azimuth = HeadFrame.CameraAzimuthDeg * Math.PI / 180;
    private double _drift, _threshold = 13, _saccadeLeft, _saccadeTarget;
    private double _phiNoise, _phi, _torsion;

    /// <summary>Nasal (to the animal's left), deg.</summary>
    public double Theta { get; private set; }

    /// <summary>Up, deg.</summary>
    public double Phi => _phi;

    /// <summary>Clockwise as the animal sees it, deg.</summary>
    public double Torsion => _torsion;

    /// <summary>Saccades since the start.</summary>
    public int Saccades { get; private set; }

    /// <param name="dt">Step, s.</param>
    /// <param name="yawRate">Of the head in the world, rad/s.</param>
    /// <param name="pitch">deg.</param>
    /// <param name="roll">deg.</param>
    public void Step(double dt, double yawRate, double pitch, double roll)
    {
        _drift += -_drift * dt / 0.8 + Math.Sqrt(dt) * random.Normal(0, 0.8);
        double slow = -YawGain * yawRate * 180 / Math.PI - Theta / CentringS + 0.4 * _drift;
        if (_saccadeLeft > 0)
        {
            // A saccade overrides the reflex; it carries gaze with the head.
            _saccadeLeft -= dt;
            Theta += (_saccadeTarget - Theta) * SaccadeRatePerS * dt;
        }
        else
        {
            Theta += slow * dt;
            bool spontaneous = random.Uniform() < dt * 0.12;
            if (Math.Abs(Theta) > _threshold || spontaneous)
                BeginSaccade(yawRate);
        }
        Theta = Math.Clamp(Theta, -MaxTheta, MaxTheta);

        _phiNoise += -_phiNoise * dt / 1.5 + Math.Sqrt(dt) * random.Normal(0, 2.2);
        (double sin, double cos) = Math.SinCos(_azimuth);
        double phi = -TiltGain * (pitch * cos - roll * sin) + _phiNoise;
        double torsion = -TiltGain * (pitch * sin + roll * cos);
        _phi += (Math.Clamp(phi, -MaxPhi, MaxPhi) - _phi) * dt / ReflexLagS;
        _torsion += (torsion - _torsion) * dt / ReflexLagS;
    }

    private void BeginSaccade(double yawRate)
    {
        // With the head: to the left (theta grows) while the head turns left.
        double ahead = Math.Abs(yawRate) > 0.3 ? Math.Sign(yawRate) * random.Uniform(2, 9) : random.Normal(0, 5);
        _saccadeTarget = ahead;
        _saccadeLeft = 0.07;
        _threshold = random.Uniform(9, 18);
        Saccades++;
    }
}
