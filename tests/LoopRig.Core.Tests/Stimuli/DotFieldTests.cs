using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

public class DotFieldTests
{
    private static readonly DotFieldSettings s_settings = new() { Dots = 400, Coherence = 0.5, LifeSeconds = 0, SpeedDegPerS = 30, RefreshHz = 60, Seed = 9 };

    [Theory]
    [InlineData(DotMotion.Right, 1, 0)]
    [InlineData(DotMotion.Left, -1, 0)]
    [InlineData(DotMotion.Up, 0, 1)]
    [InlineData(DotMotion.Down, 0, -1)]
    public void Step_Translation_MovesTheCoherentShareTogether(DotMotion motion, int x, int y)
    {
        var (before, after) = Pair(s_settings with { Motion = motion });
        var together = Moves(before, after).Count(m => Math.Abs(m.X - 0.5 * x) < 1e-4 && Math.Abs(m.Y - 0.5 * y) < 1e-4);
        Assert.InRange(together, 200 - 10, 200); // some have just entered at the other side
    }

    [Fact]
    public void Step_OtherDots_HaveEveryDirectionAndTheSameSpeed()
    {
        var (before, after) = Pair(s_settings);
        var others = Moves(before, after).Skip(200).Where(m => Math.Abs(m.X) + Math.Abs(m.Y) < 2).ToArray();
        Assert.All(others, m => Assert.Equal(0.5, Math.Sqrt(m.X * m.X + m.Y * m.Y), 1e-3));
        Assert.InRange(others.Average(m => m.X), -0.1, 0.1);
        Assert.InRange(others.Average(m => m.Y), -0.1, 0.1);
    }

    [Theory]
    [InlineData(DotMotion.Outward, 1, 0)]
    [InlineData(DotMotion.Inward, -1, 0)]
    [InlineData(DotMotion.CounterClockwise, 0, 1)]
    [InlineData(DotMotion.Clockwise, 0, -1)]
    public void Step_RadialAndRotation_GrowWithTheDistance(DotMotion motion, int outward, int turning)
    {
        var (before, after) = Pair(s_settings with { Motion = motion, Coherence = 1 });
        var found = 0;
        for (var i = 0; i < before.Length; i++)
        {
            var (dx, dy) = (after[i].X - before[i].X, after[i].Y - before[i].Y);
            var radius = Math.Sqrt(before[i].X * before[i].X + before[i].Y * before[i].Y);
            if (radius < 1 || Math.Sqrt(dx * dx + dy * dy) > 2)
            {
                continue; // placed anew
            }
            found++;
            var scale = 0.5 * radius / DotField.ReferenceDeg;
            Assert.Equal(outward * scale, (dx * before[i].X + dy * before[i].Y) / radius, 0.02 * scale + 1e-4);
            Assert.Equal(turning * scale, (dy * before[i].X - dx * before[i].Y) / radius, 0.02 * scale + 1e-4);
        }
        Assert.InRange(found, 350, 400);
    }

    [Fact]
    public void Step_WithALifeTime_ReplacesEvenly()
    {
        var field = new DotField(s_settings with { LifeSeconds = 0.5, Coherence = 1, SpeedDegPerS = 0 });
        var (before, after, replaced) = (new Dot[400], new Dot[400], new List<int>());
        for (var i = 0; i < 30; i++)
        {
            field.CopyTo(before);
            field.Step();
            field.CopyTo(after);
            replaced.Add(before.Zip(after).Count(p => p.First != p.Second));
        }
        Assert.Equal(400, replaced.Sum());
        Assert.InRange(replaced.Max(), 1, 40); // 13 on average
    }

    [Fact]
    public void Step_ManyTimes_KeepsTheDensityEven()
    {
        var field = new DotField(s_settings with { Motion = DotMotion.Outward, Dots = 4000, LifeSeconds = 0.3 });
        for (var i = 0; i < 120; i++)
        {
            field.Step();
        }
        var dots = new Dot[4000];
        field.CopyTo(dots);
        Assert.InRange(dots.Count(d => Math.Abs(d.X) < 30 && Math.Abs(d.Y) < 22.5), 800, 1200); // a quarter of the field
        Assert.All(dots, d => Assert.True(Math.Abs(d.X) <= 60.001 && Math.Abs(d.Y) <= 45.001));
    }

    [Fact]
    public void Step_AllocatesNothing()
    {
        var field = new DotField(s_settings with { LifeSeconds = 0.2 });
        var dots = new Dot[400];
        field.Step();
        field.CopyTo(dots);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            field.Step();
            field.CopyTo(dots);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static (Dot[] Before, Dot[] After) Pair(DotFieldSettings settings)
    {
        var field = new DotField(settings);
        var (before, after) = (new Dot[field.Count], new Dot[field.Count]);
        field.CopyTo(before);
        field.Step();
        field.CopyTo(after);
        return (before, after);
    }

    private static (double X, double Y)[] Moves(Dot[] before, Dot[] after) => [.. before.Zip(after).Select(p => ((double)p.Second.X - p.First.X, (double)p.Second.Y - p.First.Y))];
}
