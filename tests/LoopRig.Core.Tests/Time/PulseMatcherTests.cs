using Xunit;

namespace LoopRig.Core.Tests.Time;

public sealed class PulseMatcherTests
{
    private const double Second = 1e9;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0.1)]
    [InlineData(0.25, 0.25)]
    public void Add_OfPulsesWithSomeMissedAndSomeExtra_FindsTheOtherClock(double missed, double extra)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var line = new Line(seed, missed, extra);
            var matcher = new PulseMatcher();
            line.Run(matcher, 300);
            var fit = matcher.Fit;
            Assert.True(fit.IsLocked, $"seed {seed}");
            Assert.Equal(Line.DriftPpm, -fit.DriftPpm, 2.0);
            Assert.InRange(Math.Abs(fit.ToReference(line.Device(300 * Second)) - line.Reference(300 * Second)), 0, fit.UncertaintyNs + 20e3);
            Assert.InRange(fit.UncertaintyNs, 0, 40e3);
            Assert.InRange(fit.ResidualNs, 10e3, 60e3); // 20 us of jitter on either side
            Assert.InRange(fit.Matched, 0.7 * line.SeenByBoth, line.SeenByBoth + 3); // a stray may fall where a pulse was missed
            Assert.InRange(fit.Missed, 0, line.SeenByReferenceOnly);
            Assert.InRange(fit.Extra, 0, line.SeenByDeviceOnly + 3);
        }
    }

    [Fact]
    public void Add_OfPulsesOnceAMinute_FindsTheOtherClockToo()
    {
        var line = new Line(3, 0.1, 0.1) { MeanSeconds = 60 };
        var matcher = new PulseMatcher();
        line.Run(matcher, 7200);
        Assert.True(matcher.IsLocked);
        Assert.InRange(Math.Abs(matcher.Fit.ToReference(line.Device(7200 * Second)) - line.Reference(7200 * Second)), 0, 100e3);
    }

    [Fact]
    public void Add_OfPulsesThatACameraSamplesWithItsFrames_FindsTheOtherClockBetterThanAFrame()
    {
        const double Frame = Second / 60;
        for (var seed = 0; seed < 20; seed++)
        {
            var (random, matcher) = (new Random(seed), new PulseMatcher());
            double at = 0;
            for (var i = 0; i < 300; i++)
            {
                at += Second * (0.3 + random.NextDouble());
                var frame = Math.Ceiling(at / Frame) * Frame; // seen high in the first frame behind it
                matcher.Add((long)(frame - Frame / 2), (long)(Frame / 2));
                matcher.AddReference((long)(at * (1 + 50e-6)) + 5_000_000_000);
            }
            Assert.True(matcher.IsLocked);
            Assert.InRange(Math.Abs(matcher.Fit.ToReference((long)at) - (at * (1 + 50e-6) + 5e9)), 0, matcher.UncertaintyAt((long)at) + 0.4e6);
            Assert.InRange(matcher.UncertaintyAt((long)at), 0, 2e6);
        }
    }

    [Fact]
    public void Add_OfPulsesOfOneInterval_DoesNotGuess()
    {
        var matcher = new PulseMatcher();
        for (var i = 0; i < 500; i++)
        {
            matcher.Add((long)(i * Second));
            matcher.AddReference((long)(i * Second * (1 + 20e-6)) + 123_456_789);
            Assert.False(matcher.IsLocked);
        }
    }

    [Fact]
    public void Add_OfTwoLinesThatHaveNothingInCommon_DoesNotMatchThem()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var (random, matcher) = (new Random(seed), new PulseMatcher());
            double device = 0, reference = 7e9;
            for (var i = 0; i < 300; i++)
            {
                matcher.Add((long)(device += Second * (0.5 + random.NextDouble())));
                matcher.AddReference((long)(reference += Second * (0.5 + random.NextDouble())));
                Assert.False(matcher.IsLocked, $"seed {seed}, pulse {i}");
            }
        }
    }

    [Fact]
    public void Add_AfterTheDevicesClockJumped_MatchesAnew()
    {
        var line = new Line(5, 0.1, 0.1);
        var matcher = new PulseMatcher();
        line.Run(matcher, 100);
        Assert.True(matcher.IsLocked);
        line.JumpNs = -55_000_000_000;
        line.Run(matcher, 160);
        Assert.True(matcher.IsLocked);
        Assert.InRange(Math.Abs(matcher.Fit.ToReference(line.Device(160 * Second)) - line.Reference(160 * Second)), 0, 100e3);
    }

    [Fact]
    public void Add_OfPulsesThatArriveSecondsApart_GivesTheSameLine()
    {
        var (line, matcher) = (new Line(6, 0.1, 0.1), new PulseMatcher());
        line.Run(matcher, 200, referenceLateSeconds: 4);
        Assert.True(matcher.IsLocked);
        Assert.InRange(Math.Abs(matcher.Fit.ToReference(line.Device(200 * Second)) - line.Reference(200 * Second)), 0, 100e3);
    }

    [Fact]
    public void Add_OfManyPulses_AllocatesNothing()
    {
        var (matcher, random) = (new PulseMatcher(), new Random(1));
        double at = 0;
        var before = 0L;
        for (var i = 0; i < 400; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            if (i == 200)
            {
                matcher.RestartDevice();
            }
            matcher.Add((long)(at += Second * (0.5 + random.NextDouble())));
            matcher.AddReference((long)at + 5);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(matcher.IsLocked);
    }

    /// <summary>One line of random pulses and two devices that look at it.</summary>
    private sealed class Line(int seed, double missed, double extra)
    {
        public const double DriftPpm = 70;
        private readonly Random _random = new(seed);
        private readonly List<(double At, bool IsReference, long Ns)> _waiting = [];
        private double _at;

        public double MeanSeconds { get; init; } = 1;
        public long JumpNs { get; set; }
        public int SeenByBoth { get; private set; }
        public int SeenByDeviceOnly { get; private set; }
        public int SeenByReferenceOnly { get; private set; }

        public long Device(double trueNs) => (long)(trueNs * (1 + 50e-6)) + 900_000_000_000 + JumpNs;

        public long Reference(double trueNs) => (long)(trueNs * (1 - 20e-6)) + 77;

        public void Run(PulseMatcher matcher, double untilSeconds, double referenceLateSeconds = 0)
        {
            for (; _at < untilSeconds * Second; _at += Second * MeanSeconds * (0.5 + _random.NextDouble()))
            {
                var (device, reference) = (_random.NextDouble() >= missed, _random.NextDouble() >= missed);
                SeenByBoth += device && reference ? 1 : 0;
                Note(device, reference, _at, referenceLateSeconds);
                var stray = _at + _random.NextDouble() * Second * MeanSeconds / 2;
                Note(_random.NextDouble() < extra, false, stray, referenceLateSeconds);
                Note(false, _random.NextDouble() < extra, stray + 0.1 * Second * MeanSeconds, referenceLateSeconds);
            }
            foreach (var (_, isReference, ns) in _waiting.OrderBy(w => w.At))
            {
                if (isReference)
                {
                    matcher.AddReference(ns);
                }
                else
                {
                    matcher.Add(ns);
                }
            }
            _waiting.Clear();
        }

        private void Note(bool device, bool reference, double at, double referenceLateSeconds)
        {
            SeenByDeviceOnly += device && !reference ? 1 : 0;
            SeenByReferenceOnly += reference && !device ? 1 : 0;
            if (device)
            {
                _waiting.Add((at, false, Device(at) + Jitter()));
            }
            if (reference)
            {
                _waiting.Add((at + referenceLateSeconds * Second, true, Reference(at) + Jitter()));
            }
        }

        private long Jitter() => (long)(20e3 * (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5) * 2);
    }
}
