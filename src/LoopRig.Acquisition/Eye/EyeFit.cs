using System.Numerics;

namespace LoopRig.Acquisition;

/// <summary>Fits e = G (z - c)^2 to pupils' places z and ellipticities e; G is 1 / R^2. Places are moved and scaled to about 1 inside.</summary>
internal sealed class EyeFit
{
    private readonly NormalEquations _linear = new(5);
    private readonly NormalEquations _step = new(3);
    private double _scale = 1, _curvature = 1;
    private Complex _origin, _centre;

    /// <summary>The eye's centre, px.</summary>
    internal Complex Centre => _origin + (_scale * _centre);

    /// <summary>R, px.</summary>
    internal double Radius => _scale / Math.Sqrt(_curvature);

    /// <summary>Begins anew.</summary>
    /// <param name="origin">The middle of the places, px.</param>
    /// <param name="scale">About the size of the picture, px.</param>
    internal void Reset(Complex origin, double scale) => (_origin, _scale, _curvature, _centre) = (origin, scale, 1, default);

    internal void BeginLinear() => _linear.Clear();

    // e = A z^2 + B z + C with A real and B, C complex: the same curve with two unknowns too many, but linear.
    internal void AddLinear(Complex place, Complex shape, double weight)
    {
        Complex z = (place - _origin) / _scale, square = z * z;
        _linear.Add([square.Real, z.Real, -z.Imaginary, 1, 0], shape.Real, weight);
        _linear.Add([square.Imaginary, z.Imaginary, z.Real, 0, 1], shape.Imaginary, weight);
    }

    /// <summary>False when the places do not say in which direction ellipticity grows.</summary>
    internal bool TryStart()
    {
        Span<double> unknowns = stackalloc double[5];
        if (!_linear.TrySolve(unknowns) || unknowns[0] <= 1e-6) return false;
        _curvature = unknowns[0];
        _centre = new Complex(unknowns[1], unknowns[2]) / (-2 * _curvature);
        return true;
    }

    internal void Begin() => _step.Clear();

    internal Complex Residual(Complex place, Complex shape)
    {
        Complex w = ((place - _origin) / _scale) - _centre;
        return shape - (_curvature * w * w);
    }

    internal void Add(Complex place, Complex shape, double weight)
    {
        Complex w = ((place - _origin) / _scale) - _centre, square = w * w, residual = shape - (_curvature * square), along = -2 * _curvature * w;
        // The change of c along i turns the derivative by a quarter.
        _step.Add([square.Real, along.Real, -along.Imaginary], residual.Real, weight);
        _step.Add([square.Imaginary, along.Imaginary, along.Real], residual.Imaginary, weight);
    }

    /// <summary>A Gauss-Newton step; false when the points determine no eye.</summary>
    internal bool TryMove()
    {
        Span<double> step = stackalloc double[3];
        if (!_step.TrySolve(step)) return false;
        // A first step may overshoot to a negative curvature: it then goes half of the way.
        _curvature = Math.Max(_curvature / 2, _curvature + step[0]);
        _centre += new Complex(step[1], step[2]);
        return double.IsFinite(_curvature + _centre.Real + _centre.Imaginary);
    }

    /// <summary>Standard errors: of the centre, as an angle of the eye (deg), and of the radius, as a part of it.</summary>
    /// <param name="spread">the standard deviation of an ellipticity of weight 1</param>
    internal (double CentreDeg, double Radius) Errors(double spread)
    {
        double centre = spread * Math.Sqrt(Math.Max(_step.Variance(1), _step.Variance(2)));
        return (centre * _scale / Radius * 180 / Math.PI, spread * Math.Sqrt(_step.Variance(0)) / (2 * _curvature));
    }
}
