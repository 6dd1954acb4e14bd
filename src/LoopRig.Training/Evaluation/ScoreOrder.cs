namespace LoopRig.Training;

/// <summary>Which of two scores is the better one.</summary>
public static class ScoreOrder
{
    /// <summary>Whether a lower score is a better one.</summary>
    public static bool LowerIsBetter(this ScoreKind kind) => kind == ScoreKind.PoissonLoss;

    /// <summary>A score as gain: the higher the better, whatever the kind.</summary>
    public static double Gain(this ScoreKind kind, double score) => kind.LowerIsBetter() ? -score : score;

    /// <summary>First against second, paired over the units: differences are of the scores as they are, <see cref="PairedTest.Better"/> counts units that the first predicts better.</summary>
    public static PairedTest Compare(this ScoreKind kind, IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        PairedTest test = PairedTest.Of(first, second);
        return kind.LowerIsBetter() ? test with { Better = 1 - test.Better } : test;
    }
}
