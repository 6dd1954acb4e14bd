using LoopRig.Core;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Body;

/// <summary>
/// Where the mouse goes: it runs to a place, most often one before a wall, lingers there turning now and then, sometimes rests for long, and picks the
/// next place. Speed and turning follow their targets smoothly.
/// </summary>
internal sealed class Explorer
{
    private const double WallMarginCm = 4;
    private const double ArrivedCm = 3;
    private const double MaxTurnRate = 5;           // rad/s
    private const double SpeedLagS = 0.25;
    private const double TurnLagS = 0.12;

    private readonly Arena _arena;
    private readonly Pillar[] _pillars;
    private readonly SeededRandom _random;
    private double _goalX, _goalY, _cruise;
    private double _lingerLeft, _turnIn, _facing, _turnRate;
    private bool _lingering;

    public Explorer(Arena arena, SeededRandom random)
    {
        _arena = arena;
        _pillars = [.. arena.Pillars];
        _random = random;
        X = arena.Width * 0.5;
        Y = arena.Depth * 0.6;
        Heading = random.Uniform(-Math.PI, Math.PI);
        PickGoal();
    }

    public double X { get; private set; }

    public double Y { get; private set; }

    public double Speed { get; private set; }

    public double Heading { get; private set; }

    public void Step(double dt)
    {
        double wantedSpeed = 0;
        if (_lingering)
            Linger(dt);
        else
            wantedSpeed = Travel();

        double wantedRate = Math.Clamp(3.5 * Wrap(_facing - Heading), -MaxTurnRate, MaxTurnRate);
        _turnRate += (wantedRate - _turnRate) * dt / TurnLagS;
        Heading += _turnRate * dt;
        Speed += (wantedSpeed - Speed) * dt / SpeedLagS;
        X += Speed * Math.Cos(Heading) * dt;
        Y += Speed * Math.Sin(Heading) * dt;
        KeepClear();
    }

    private void Linger(double dt)
    {
        _turnIn -= dt;
        if (_turnIn <= 0)
        {
            _facing = Heading + _random.Normal(0, 0.7);
            _turnIn = _random.Exponential(2.2);
        }
        _lingerLeft -= dt;
        if (_lingerLeft <= 0)
            PickGoal();
    }

    // Steers to the goal, bending away from a pillar ahead; returns the speed that suits the bend.
    private double Travel()
    {
        double dx = _goalX - X, dy = _goalY - Y;
        if (dx * dx + dy * dy < ArrivedCm * ArrivedCm)
        {
            _lingering = true;
            double stay = -Math.Log((1 - _random.Uniform()) * (1 - _random.Uniform()));      // gamma, shape 2
            _lingerLeft = stay * (_random.Uniform() < 0.15 ? 5 : 1.6);
            _turnIn = _random.Exponential(1.5);
            return 0;
        }
        double length = Math.Sqrt(dx * dx + dy * dy);
        dx /= length;
        dy /= length;
        foreach (Pillar pillar in _pillars)
        {
            double px = X - pillar.X, py = Y - pillar.Y;
            double distance = Math.Sqrt(px * px + py * py), clear = pillar.Radius + 7;
            if (distance >= clear)
                continue;
            // Outwards, and around it on the side to which the way already leads.
            double outX = px / distance, outY = py / distance, push = (clear - distance) / 4;
            double side = dy * outX - dx * outY > 0 ? 1 : -1;
            dx += push * (0.5 * outX - side * outY);
            dy += push * (0.5 * outY + side * outX);
        }
        _facing = Math.Atan2(dy, dx);
        double bend = Math.Cos(Math.Clamp(Wrap(_facing - Heading), -1.3, 1.3));
        return _cruise * bend * bend * Math.Min(1, length / 8 + 0.25);
    }

    private void PickGoal()
    {
        _lingering = false;
        _cruise = Math.Clamp(14 * Math.Exp(_random.Normal(0, 0.45)), 5, 35);
        do
        {
            double along = _random.Uniform(), off = _random.Uniform(5, 14);
            bool atWall = _random.Uniform() < 0.75;
            int wall = _random.Below(4);
            double inX = WallMarginCm + along * (_arena.Width - 2 * WallMarginCm), inY = WallMarginCm + along * (_arena.Depth - 2 * WallMarginCm);
            (_goalX, _goalY) = (atWall, wall) switch
            {
                (false, _) => (_random.Uniform(12, _arena.Width - 12), _random.Uniform(12, _arena.Depth - 12)),
                (_, 0) => (off, inY),
                (_, 1) => (_arena.Width - off, inY),
                (_, 2) => (inX, off),
                _ => (inX, _arena.Depth - off),
            };
        }
        while (NearPillar(_goalX, _goalY, 5));
    }

    private bool NearPillar(double x, double y, double margin)
    {
        foreach (Pillar pillar in _pillars)
        {
            if (Distance(x - pillar.X, y - pillar.Y) < pillar.Radius + margin)
                return true;
        }
        return false;
    }

    private void KeepClear()
    {
        foreach (Pillar pillar in _pillars)
        {
            double dx = X - pillar.X, dy = Y - pillar.Y, distance = Distance(dx, dy), least = pillar.Radius + 2;
            if (distance >= least)
                continue;
            X = pillar.X + dx / distance * least;
            Y = pillar.Y + dy / distance * least;
        }
        X = Math.Clamp(X, WallMarginCm - 1, _arena.Width - WallMarginCm + 1);
        Y = Math.Clamp(Y, WallMarginCm - 1, _arena.Depth - WallMarginCm + 1);
    }

    private static double Distance(double x, double y) => Math.Sqrt(x * x + y * y);

    internal static double Wrap(double angle) => angle - 2 * Math.PI * Math.Floor((angle + Math.PI) / (2 * Math.PI));
}
