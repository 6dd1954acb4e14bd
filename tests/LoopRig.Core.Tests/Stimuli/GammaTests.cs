using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

public class GammaTests
{
    private static readonly GammaCurve s_true = new(0.8, 95, 1.73);

    [Fact]
    public void Fit_FiftyTwoNoisyReadings_FindsTheCurve()
    {
        var random = new SeededRandom(1, "photometer");
        var readings = Levels().Select(p => new PhotometerReading(p, s_true.Luminance(p) * random.Normal(1, 0.005))).ToArray();
        var fit = GammaFit.Fit(readings, "test");
        Assert.Equal(1.73, fit.Curve.Exponent, 0.02);
        Assert.Equal(0.8, fit.Curve.Offset, 0.4);
        Assert.Equal(95, fit.Curve.Scale, 1.0);
        Assert.True(fit.RSquared > 0.999, $"R2 {fit.RSquared}");
    }

    [Fact]
    public void Fit_ExactReadings_IsExact()
    {
        var fit = GammaFit.Fit([.. Levels().Select(p => new PhotometerReading(p, s_true.Luminance(p)))], "test");
        Assert.Equal(1.73, fit.Curve.Exponent, 1e-6);
        Assert.Equal(0.8, fit.Curve.Offset, 1e-5);
        Assert.Equal(95, fit.Curve.Scale, 1e-5);
    }

    [Fact]
    public void Table_ThroughTheScreen_IsLinear()
    {
        var table = s_true.Table();
        for (var i = 0; i < table.Length; i++)
        {
            Assert.Equal(s_true.Offset + s_true.Scale * i / (table.Length - 1), s_true.Luminance(table[i]), 1e-4);
        }
    }

    [Fact]
    public void Fit_LuminanceThatFalls_IsRefused()
    {
        var readings = Levels().Select(p => new PhotometerReading(p, 100 - 90 * p)).ToArray();
        Assert.Contains("does not grow", Assert.Throws<DataFileException>(() => GammaFit.Fit(readings, "readings.csv")).Message);
    }

    [Fact]
    public void Read_FileWithHeading_GivesReadings()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# spot meter\nlevel,luminance\n0,0.5\n128,20.25\n255,80\n");
            Assert.Equal([new(0, 0.5), new(128 / 255.0, 20.25), new(1, 80)], PhotometerFile.Read(file));
            File.AppendAllText(file, "300,90\n");
            Assert.Contains("line 6", Assert.Throws<DataFileException>(() => PhotometerFile.Read(file)).Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<double> Levels() => Enumerable.Range(0, 52).Select(i => i * 5 / 255.0);
}
