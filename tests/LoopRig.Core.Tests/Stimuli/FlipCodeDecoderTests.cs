using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

/// <summary>Simulated photodiodes: a lagging screen, noise, a clock that drifts, flips that are lost.</summary>
public class FlipCodeDecoderTests
{
    private const double SampleHz = 5000;
    private const double RefreshHz = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Decode_NoiseDriftAndLosses_NumbersTheFlips(int seed)
    {
        // 2 % of flips lost anywhere, and one burst in which a tenth of the recording is.
        var run = new Recording(seed, flips: 9000, first: 70_000 * seed, lost: 0.02, burst: 0.1, driftPpm: 60, offsetS: 3.217, noise: 0.12, jitterS: 2e-4);
        var result = FlipCodeDecoder.Decode(run.Trace, SampleHz, run.Log, run.First, RefreshHz);
        var found = result.Flips.ToDictionary(f => f.Flip);
        var right = Enumerable.Range(0, run.Log.Length).Count(i => found.TryGetValue(run.First + i, out var flip) && Math.Abs(flip.TimeS - run.Truth[i]) < 0.002);
        var wrong = result.Flips.Count(f => Math.Abs(f.TimeS - run.Truth[f.Flip - run.First]) >= 0.002);
        Assert.InRange(right / (double)run.Log.Length, 0.96, 1);
        Assert.InRange(wrong / (double)result.Flips.Length, 0, 0.001);
        // The clock, at both ends; the screen's lag of 0.2 ms is the screen's, not the decoder's.
        Assert.Equal(run.TrueTime(run.Log[0]), result.PhotodiodeTime(run.Log[0]) - Recording.LagS, 2e-4);
        Assert.Equal(run.TrueTime(run.Log[^1]), result.PhotodiodeTime(run.Log[^1]) - Recording.LagS, 2e-4);
        Assert.True(result.Seen is > 6500 and < 8000, $"{result.Seen} seen");
        Assert.Equal(result.Flips.Length, result.Seen + result.Inferred);
        Assert.InRange(result.ResidualRmsS, 1e-5, 1e-3);
        TestContext.Current.TestOutputHelper?.WriteLine($"right {right / (double)run.Log.Length:P2}, wrong {wrong}, seen {result.Seen}, inferred {result.Inferred}, rms {result.ResidualRmsS * 1e3:0.000} ms, blocks {result.BlocksRead}");
    }

    [Fact]
    public void Decode_NumbersThatBeginAnew_AreFollowed()
    {
        var run = new Recording(5, flips: 3000, first: FlipCode.Period - 1200, lost: 0, burst: 0, driftPpm: 20, offsetS: 0.5, noise: 0.05, jitterS: 0);
        var result = FlipCodeDecoder.Decode(run.Trace, SampleHz, run.Log, run.First, RefreshHz);
        Assert.All(result.Flips, f => Assert.Equal(run.Truth[f.Flip - run.First], f.TimeS, 0.002));
        Assert.InRange(result.Seen, 2990, 3000);
    }

    [Fact]
    public void Decode_FlipsThatWereHeldLonger_AreWhereTheLogSays()
    {
        var run = new Recording(6, flips: 3000, first: 0, lost: 0, burst: 0, driftPpm: -40, offsetS: 1, noise: 0.05, jitterS: 0, held: 0.02);
        var result = FlipCodeDecoder.Decode(run.Trace, SampleHz, run.Log, run.First, RefreshHz);
        Assert.InRange(result.Flips.Count(f => Math.Abs(f.TimeS - run.Truth[f.Flip]) < 0.002), 2950, 3000);
    }

    [Fact]
    public void Decode_SilentChannel_SaysSo() =>
        Assert.Contains("silent", Assert.Throws<LoopRigException>(() => FlipCodeDecoder.Decode(new float[100_000], SampleHz, Times(1000), 0, RefreshHz)).Message);

    [Fact]
    public void Decode_AnotherChannel_SaysSo()
    {
        var random = new SeededRandom(1, "noise");
        var trace = Enumerable.Range(0, 100_000).Select(i => (float)(Math.Sin(i * 0.05) + random.Normal())).ToArray();
        Assert.Contains("no numbers", Assert.Throws<LoopRigException>(() => FlipCodeDecoder.Decode(trace, SampleHz, Times(1000), 0, RefreshHz)).Message);
    }

    [Fact]
    public void Decode_LogOfAnotherSession_SaysSo()
    {
        var run = new Recording(7, flips: 2000, first: 500_000, lost: 0, burst: 0, driftPpm: 0, offsetS: 1, noise: 0.05, jitterS: 0);
        Assert.Contains("another session", Assert.Throws<LoopRigException>(() => FlipCodeDecoder.Decode(run.Trace, SampleHz, Times(2000), 64, RefreshHz)).Message);
    }

    private static double[] Times(int flips) => [.. Enumerable.Range(0, flips).Select(i => i / RefreshHz)];

    private sealed class Recording
    {
        public const double LagS = 0.0002; // the screen follows exponentially

        private readonly double _offsetS, _rate;

        public Recording(int seed, int flips, long first, double lost, double burst, double driftPpm, double offsetS, double noise, double jitterS, double held = 0)
        {
            var random = new SeededRandom((ulong)seed, "photodiode");
            (First, _offsetS, _rate) = (first, offsetS, 1 + driftPpm * 1e-6);
            Log = new double[flips];
            Truth = new double[flips];
            var gone = new bool[flips];
            var burstAt = (int)(flips * 0.4);
            var time = 0.0;
            for (var i = 0; i < flips; i++)
            {
                Log[i] = time + random.Normal(0, jitterS); // the stamp; the flip itself is where the screen's clock has it
                Truth[i] = TrueTime(time);
                gone[i] = random.Uniform() < lost || i >= burstAt && i < burstAt + burst * flips;
                time += (random.Uniform() < held ? 2 : 1) / RefreshHz;
            }
            Trace = new float[(int)((Truth[^1] + 0.5) * SampleHz)];
            // A lost flip leaves what was there.
            double light = 0.3, target = 0.3;
            var next = 0;
            for (var i = 0; i < Trace.Length; i++)
            {
                while (next < flips && Truth[next] <= (i + 1) / SampleHz)
                {
                    if (!gone[next])
                    {
                        target = FlipCode.MarkOf(first + next) switch { FlipMark.Black => 0, FlipMark.Gray => 0.5, _ => 1 };
                    }
                    next++;
                }
                light += (target - light) * (1 - Math.Exp(-1 / SampleHz / LagS));
                Trace[i] = (float)(light + random.Normal(0, noise) + 0.05 * Math.Sin(2 * Math.PI * 0.2 * i / SampleHz));
            }
        }

        public long First { get; }

        public double[] Log { get; }

        public double[] Truth { get; }

        public float[] Trace { get; }

        public double TrueTime(double stimulusS) => _offsetS + _rate * stimulusS;
    }
}
