namespace LoopRig.Core.Stimuli;

/// <summary>
/// Random dots in motion, step by step. The first round(coherence x dots) of them move together for the whole movement; each other one goes straight on in
/// a direction of its own at the same speed. A dot that leaves the field enters it at the other side (translation) or appears anywhere (other movements);
/// at the end of its life it appears anywhere. Lives begin at different ages, so that dots do not vanish together.
/// </summary>
/// <remarks>Radial movement and rotation are faster the farther from the middle: the speed is the one asked for at <see cref="ReferenceDeg"/>.</remarks>
public sealed class DotField
{
    /// <summary>How far from the middle radial movement and rotation have the speed asked for, degrees.</summary>
    public const double ReferenceDeg = 30;

    private readonly DotFieldSettings _settings;
    private readonly SeededRandom _random;
    private readonly double[] _x, _y, _vx, _vy, _age;
    private readonly int _coherent;

    /// <summary>Places the dots of the first frame.</summary>
    public DotField(DotFieldSettings settings)
    {
        _settings = settings;
        _random = new SeededRandom(settings.Seed, "dots");
        var count = settings.Dots;
        (_x, _y, _vx, _vy, _age) = (new double[count], new double[count], new double[count], new double[count], new double[count]);
        _coherent = (int)Math.Round(settings.Coherence * count);
        for (var i = 0; i < count; i++)
        {
            Place(i);
            _age[i] = _random.Uniform(0, settings.LifeSeconds);
        }
    }

    /// <summary>How many dots there are.</summary>
    public int Count => _x.Length;

    /// <summary>How many of them move together: the first ones.</summary>
    public int Coherent => _coherent;

    /// <summary>Moves all dots on by one frame; allocates nothing.</summary>
    public void Step()
    {
        var dt = 1 / _settings.RefreshHz;
        for (var i = 0; i < _x.Length; i++)
        {
            _age[i] += dt;
            if (_settings.LifeSeconds > 0 && _age[i] >= _settings.LifeSeconds)
            {
                Place(i);
                _age[i] -= _settings.LifeSeconds;
                continue;
            }
            if (i < _coherent)
            {
                MoveTogether(i, dt);
            }
            else
            {
                (_x[i], _y[i]) = (_x[i] + _vx[i] * dt, _y[i] + _vy[i] * dt);
            }
            KeepInside(i);
        }
    }

    /// <summary>The dots where they are now; every second one is black where both colours are asked for.</summary>
    public void CopyTo(Span<Dot> dots)
    {
        for (var i = 0; i < _x.Length; i++)
        {
            var white = _settings.Colour == DotColour.White || _settings.Colour == DotColour.Both && i % 2 == 0;
            dots[i] = new Dot((float)_x[i], (float)_y[i], white ? 1 : -1, 0);
        }
    }

    private void MoveTogether(int i, double dt)
    {
        var step = _settings.SpeedDegPerS * dt;
        var turn = step / ReferenceDeg; // radians of rotation, or share of the distance
        switch (_settings.Motion)
        {
            case DotMotion.Right: _x[i] += step; break;
            case DotMotion.Left: _x[i] -= step; break;
            case DotMotion.Up: _y[i] += step; break;
            case DotMotion.Down: _y[i] -= step; break;
            case DotMotion.Outward: Scale(i, Math.Exp(turn)); break;
            case DotMotion.Inward: Scale(i, Math.Exp(-turn)); break;
            case DotMotion.Clockwise: Rotate(i, -turn); break;
            default: Rotate(i, turn); break;
        }
    }

    private void Scale(int i, double factor) => (_x[i], _y[i]) = (_x[i] * factor, _y[i] * factor);

    private void Rotate(int i, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        (_x[i], _y[i]) = (cos * _x[i] - sin * _y[i], sin * _x[i] + cos * _y[i]);
    }

    private void KeepInside(int i)
    {
        var (width, height) = (_settings.HalfWidthDeg, _settings.HalfHeightDeg);
        if (Math.Abs(_x[i]) <= width && Math.Abs(_y[i]) <= height)
        {
            return;
        }
        if (i < _coherent && _settings.Motion > DotMotion.Down)
        {
            Place(i);
            return;
        }
        _x[i] -= 2 * width * Math.Floor((_x[i] + width) / (2 * width));
        _y[i] -= 2 * height * Math.Floor((_y[i] + height) / (2 * height));
    }

    private void Place(int i)
    {
        _x[i] = _random.Uniform(-_settings.HalfWidthDeg, _settings.HalfWidthDeg);
        _y[i] = _random.Uniform(-_settings.HalfHeightDeg, _settings.HalfHeightDeg);
        var (sin, cos) = Math.SinCos(_random.Uniform(0, 2 * Math.PI));
        (_vx[i], _vy[i]) = (_settings.SpeedDegPerS * cos, _settings.SpeedDegPerS * sin);
    }
}
