using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

public class FourierTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(135)]
    [InlineData(225)]
    public void Forward_AnyLength_IsTheSum(int length)
    {
        var random = new SeededRandom(1, "fourier");
        var (re, im) = (Enumerable.Range(0, length).Select(_ => random.Normal()).ToArray(), Enumerable.Range(0, length).Select(_ => random.Normal()).ToArray());
        var (x, y) = (re.ToArray(), im.ToArray());
        new Fourier1(length).Forward(re, im);
        for (var k = 0; k < length; k += 1 + length / 9)
        {
            double sumRe = 0, sumIm = 0;
            for (var n = 0; n < length; n++)
            {
                var (sin, cos) = Math.SinCos(-2 * Math.PI * k * n / length);
                (sumRe, sumIm) = (sumRe + x[n] * cos - y[n] * sin, sumIm + x[n] * sin + y[n] * cos);
            }
            Assert.Equal(sumRe, re[k], 1e-9);
            Assert.Equal(sumIm, im[k], 1e-9);
        }
    }

    [Fact]
    public void Inverse_OfTheTransform_IsThePicture()
    {
        var random = new SeededRandom(2, "fourier");
        var re = Enumerable.Range(0, 45 * 75).Select(_ => random.Normal()).ToArray();
        var (x, im) = (re.ToArray(), new double[re.Length]);
        var transform = new Fourier2(45, 75);
        transform.Forward(re, im);
        transform.Inverse(re, im);
        for (var i = 0; i < x.Length; i++)
        {
            Assert.Equal(x[i], re[i], 1e-10);
            Assert.Equal(0, im[i], 1e-10);
        }
    }
}
