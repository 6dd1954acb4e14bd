using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.Inception;

namespace LoopRig.Rig.Tests.Inception;

public sealed class VerificationTests
{
    private static readonly string[] s_units = ["x", "a", "b", "c"]; // x was not chosen

    private static List<MeiSetItem> Items() =>
    [
        .. ((string[])["a", "b", "c"]).SelectMany(static unit => new MeiSetItem[]
        {
            new() { Name = $"{unit}/mei", Unit = unit, Role = "mei" },
            new() { Name = $"{unit}/natural-1", Unit = unit, Role = "natural" },
            new() { Name = $"{unit}/natural-2", Unit = unit, Role = "natural" },
            new() { Name = $"{unit}/gabor", Unit = unit, Role = "gabor" },
            new() { Name = $"{unit}/scrambled", Unit = unit, Role = "scrambled" },
        }),
    ];

    // Own image 20 Hz and more, natural 8 and 12, Gabor 15, scrambled 2, everything of others 5; each repeat adds the same to all, and a little of its own.
    private static Dictionary<string, List<float[]>> Rates(Func<string, string, double>? change = null)
    {
        var rates = new Dictionary<string, List<float[]>>();
        foreach (var item in Items())
        {
            rates[item.Name] =
            [
                .. Enumerable.Range(0, 4).Select(repeat => s_units.Select((unit, column) => (float)(repeat + 0.01 * ((repeat * 7 + column * 3 + item.Name.Length) % 5) + (change?.Invoke(unit, item.Name) ?? (unit != item.Unit ? 5 : item.Name[2..] switch
                {
                    "mei" => unit switch { "a" => 20, "b" => 21, _ => 23 },
                    "natural-1" => 8,
                    "natural-2" => 12,
                    "gabor" => 15,
                    _ => 2,
                })))).ToArray()),
            ];
        }
        return rates;
    }

    [Fact]
    public void Of_NeuronsThatPreferTheirOwn_GivesMeansOfClassesTestsAndConfusion()
    {
        var verification = Verification.Of(Items(), s_units, Rates());
        Assert.Equal(1, verification.ShareAbove);
        Assert.Equal(1, verification.ShareOwnBest);
        var a = verification.Units[0];
        Assert.Equal("a", a.Unit);
        Assert.Equal(21.5, a.OwnHz, 0.1); // and the mean of 0 to 3
        Assert.Equal(11.5, a.ControlHz["natural"], 0.1);
        Assert.Equal(16.5, a.ControlHz["gabor"], 0.1);
        Assert.Equal(6.5, a.ControlHz["others"], 0.1);
        Assert.Equal(3.5, a.ControlHz["scrambled"], 0.1);
        Assert.All(a.P.Values, static p => Assert.True(p < 0.001));
        Assert.Equal([21.5, 6.5, 6.5], verification.ConfusionHz[0].Select(static r => Math.Round(r, 1)));
        Assert.Equal([6.5, 22.5, 6.5], verification.ConfusionHz[1].Select(static r => Math.Round(r, 1)));
        Assert.Equal(4, verification.LeastRepeats);
        Assert.Equal(60, verification.Presentations);
        var gabor = verification.Classes.Single(static c => c.Class == "gabor");
        Assert.Equal(3, gabor.Above);
        Assert.Equal(19.0 / 3, gabor.MeanDifferenceHz, 0.05);
        Assert.Equal(0.25, gabor.WilcoxonP, 1e-6); // exact, three neurons all one way
    }

    [Fact]
    public void Of_ANeuronThatPrefersGabors_IsNotAboveAll()
    {
        var verification = Verification.Of(Items(), s_units, Rates(static (unit, item) => item == $"{unit}/mei" ? 20 : unit == "b" && item == "b/gabor" ? 25 : 5));
        Assert.Equal(2.0 / 3, verification.ShareAbove, 1e-9);
        Assert.False(verification.Units[1].Above);
        Assert.Equal("b", verification.Units[1].BestMei);
        Assert.Equal(2, verification.Classes.Single(static c => c.Class == "gabor").Above);
    }

    [Fact]
    public void Of_AnImageThatWasNeverShown_NamesIt()
    {
        var rates = Rates();
        rates.Remove("c/gabor");
        Assert.Contains("c/gabor", Assert.Throws<LoopRigException>(() => Verification.Of(Items(), s_units, rates)).Message, StringComparison.Ordinal);
    }
}
