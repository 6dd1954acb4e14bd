using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>What came of one neuron.</summary>
/// <param name="Unit">Its name.</param>
/// <param name="OwnHz">Mean rate while its own most exciting image was shown.</param>
/// <param name="ControlHz">Mean rate for each class of control, by its name.</param>
/// <param name="P">For each class the two-sided p of the paired t-test over repeats: own image against the class's mean in the same repeat.</param>
/// <param name="BestMei">Whose image drove it most.</param>
internal sealed record UnitVerification(string Unit, double OwnHz, Dictionary<string, double> ControlHz, Dictionary<string, double> P, string BestMei)
{
    /// <summary>Whether its own image drove it more than every class of control.</summary>
    public bool Above => ControlHz.Values.All(rate => OwnHz > rate);
}

/// <summary>How own images compare with one class of control over the neurons.</summary>
/// <param name="Class">The class.</param>
/// <param name="Above">Neurons that their own image drove more.</param>
/// <param name="Ratio">Median over neurons of the own rate over the class's.</param>
/// <param name="MeanDifferenceHz">Mean over neurons of own minus class.</param>
/// <param name="WilcoxonP">Two-sided p of Wilcoxon's signed-rank test over the neurons.</param>
/// <param name="StudentP">Two-sided p of the paired t-test over the neurons.</param>
internal sealed record ClassVerification(string Class, int Above, double Ratio, double MeanDifferenceHz, double WilcoxonP, double StudentP);

/// <summary>What the recorded responses say of the images: each neuron's own one against the controls.</summary>
internal sealed record Verification
{
    /// <summary>The neurons, in the order of the set.</summary>
    public required UnitVerification[] Units { get; init; }

    /// <summary>The classes of control.</summary>
    public required ClassVerification[] Classes { get; init; }

    /// <summary>[neuron][MEI] mean rate, both in the order of <see cref="Units"/>.</summary>
    public required double[][] ConfusionHz { get; init; }

    /// <summary>Mean rate of each neuron to each image of the set, [neuron][item].</summary>
    public required double[][] RatesHz { get; init; }

    /// <summary>Presentations that were compared.</summary>
    public required int Presentations { get; init; }

    /// <summary>The fewest repeats that an image has.</summary>
    public required int LeastRepeats { get; init; }

    /// <summary>Share of the neurons that their own image drove more than every class of control.</summary>
    public double ShareAbove => Units.Average(static u => u.Above ? 1.0 : 0);

    /// <summary>Share of the neurons that no other neuron's image drove more than their own.</summary>
    public double ShareOwnBest => Units.Average(static u => u.BestMei == u.Unit ? 1.0 : 0);

    /// <summary>Compares.</summary>
    /// <param name="items">The set that was shown; each neuron has one <see cref="StimulusClass.Mei"/>.</param>
    /// <param name="responses">What was recorded.</param>
    /// <exception cref="LoopRigException">An image was never shown, or a neuron was not recorded.</exception>
    public static Verification Of(IReadOnlyList<MeiSetItem> items, TrialResponses responses) => Of(items, responses.UnitIds, responses.ByLabel());

    /// <summary>The same of responses by the items' names, [repeats][U].</summary>
    internal static Verification Of(IReadOnlyList<MeiSetItem> items, string[] unitIds, Dictionary<string, List<float[]>> byName)
    {
        if (items.FirstOrDefault(item => !byName.ContainsKey(item.Name)) is { } absent)
        {
            throw new LoopRigException($"the image {absent.Name} was never shown while activity was recorded");
        }
        MeiSetItem[] own = [.. items.Where(static i => i.Role == StimulusClass.Mei)];
        var repeats = items.Min(item => byName[item.Name].Count);
        var (units, rates) = (new List<UnitVerification>(), new List<double[]>());
        foreach (var mei in own)
        {
            var column = Array.IndexOf(unitIds, mei.Unit);
            if (column < 0)
            {
                throw new LoopRigException($"the neuron {mei.Unit} was not recorded");
            }
            double Mean(MeiSetItem item) => byName[item.Name].Average(trial => (double)trial[column]);
            rates.Add([.. items.Select(Mean)]);
            var (controls, p) = (new Dictionary<string, double>(), new Dictionary<string, double>());
            foreach (var name in StimulusClass.Controls)
            {
                MeiSetItem[] members = [.. items.Where(i => name == StimulusClass.Others ? i.Role == StimulusClass.Mei && i.Unit != mei.Unit : i.Role == name && i.Unit == mei.Unit)];
                controls[name] = members.Average(Mean);
                double[] first = [.. Enumerable.Range(0, repeats).Select(r => (double)byName[mei.Name][r][column])];
                double[] second = [.. Enumerable.Range(0, repeats).Select(r => members.Average(m => (double)byName[m.Name][r][column]))];
                p[name] = PairedTest.Of(first, second).StudentP;
            }
            units.Add(new UnitVerification(mei.Unit!, Mean(mei), controls, p, own.MaxBy(Mean)!.Unit!));
        }
        return new Verification
        {
            Units = [.. units],
            Classes = [.. StimulusClass.Controls.Select(name => Compare(name, units))],
            ConfusionHz = [.. rates.Select(row => own.Select(mei => row[IndexOf(items, mei)]).ToArray())],
            RatesHz = [.. rates],
            Presentations = items.Sum(item => byName[item.Name].Count),
            LeastRepeats = repeats,
        };
    }

    private static int IndexOf(IReadOnlyList<MeiSetItem> items, MeiSetItem item) => Enumerable.Range(0, items.Count).First(i => ReferenceEquals(items[i], item));

    private static ClassVerification Compare(string name, List<UnitVerification> units)
    {
        double[] own = [.. units.Select(static u => u.OwnHz)], control = [.. units.Select(u => u.ControlHz[name])];
        var test = PairedTest.Of(own, control);
        double[] ratios = [.. own.Zip(control, static (a, b) => a / Math.Max(b, 1e-3)).Order()];
        var median = (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2;
        return new ClassVerification(name, own.Zip(control).Count(static pair => pair.First > pair.Second), median, test.MeanDifference, test.WilcoxonP, test.StudentP);
    }
}
