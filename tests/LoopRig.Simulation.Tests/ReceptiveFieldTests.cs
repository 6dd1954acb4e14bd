using LoopRig.Simulation.Neurons;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class ReceptiveFieldTests
{
    [Fact]
    public void Energy_OfADriftingGrating_HardlyDependsOnPhase()
    {
        (double least, double most) = Range((even, odd) => even * even + odd * odd, 30);
        Assert.True(most / least < 1.25);
    }

    [Fact]
    public void HalfSquare_OfADriftingGrating_DependsOnPhase()
    {
        (double least, double most) = Range((even, _) => Math.Max(0, even) * Math.Max(0, even), 30);
        Assert.Equal(0, least);
        Assert.True(most > 1);
    }

    [Fact]
    public void Energy_OfTheCrossedGrating_IsSmall()
    {
        (_, double preferred) = Range((even, odd) => even * even + odd * odd, 30);
        (_, double crossed) = Range((even, odd) => even * even + odd * odd, 120);
        Assert.True(crossed < 0.05 * preferred);
    }

    [Fact]
    public void Respond_ToUniformLight_IsNothing()
    {
        var image = new float[Retina.Height * Retina.Width];
        Array.Fill(image, 3f);
        (float even, float odd) = Field().Respond(image);
        Assert.Equal(0, even, 1e-4);
        Assert.Equal(0, odd, 1e-4);
    }

    [Fact]
    public void Respond_ToItsPreferredImage_IsTheImagesAmplitude()
    {
        var image = new float[Retina.Height * Retina.Width];
        ReceptiveField field = Field();
        field.AddPreferred(image, 2.5f);
        Assert.Equal(2.5, field.Respond(image).Even, 1e-3);
    }

    private static (double Least, double Most) Range(Func<float, float, double> drive, double orientationDeg)
    {
        double least = double.MaxValue, most = 0;
        ReceptiveField field = Field();
        var image = new float[Retina.Height * Retina.Width];
        (double sin, double cos) = Math.SinCos(orientationDeg * Math.PI / 180);
        for (int phase = 0; phase < 24; phase++)
        {
            for (int at = 0; at < image.Length; at++)
            {
                double right = (at % Retina.Width - (Retina.Width - 1) / 2.0) * Retina.DegreesPerPixel, up = ((Retina.Height - 1) / 2.0 - at / Retina.Width) * Retina.DegreesPerPixel;
                image[at] = (float)Math.Cos(2 * Math.PI * (0.04 * (up * cos - right * sin) + phase / 24.0));
            }
            (float even, float odd) = field.Respond(image);
            least = Math.Min(least, drive(even, odd));
            most = Math.Max(most, drive(even, odd));
        }
        return (least, most);
    }

    private static ReceptiveField Field() => new(
        new UnitTruth
        {
            Id = "test",
            Kind = UnitKind.Complex,
            CentreRightDeg = 5,
            CentreUpDeg = -4,
            OrientationDeg = 30,
            CyclesPerDegree = 0.04,
            SigmaDeg = 7,
            Elongation = 1.3,
            PhaseDeg = 50,
            Transience = 0,
            Baseline = 0.1,
            MeanRateHz = 8,
            GainWeights = [],
            OffsetWeights = [],
            Suppression = 0,
        },
        Retina.Height, Retina.Width, Retina.DegreesPerPixel);
}
