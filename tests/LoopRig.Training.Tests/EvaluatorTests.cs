using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class EvaluatorTests
{
    [Fact]
    public void Evaluate_OfANetworkThatAnswersEveryFrame_CarriesItsStateAndDropsTheBurnIn()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(40, 3)).Build();
        using var network = new SummingNetwork(data.Inputs, data.UnitIds);
        // Windows of 4 bins that end at 5, 6, 7 and 20: stretches 2..7 and 17..20, of which the first two bins are burn-in.
        EvaluationResult result = Evaluator.Evaluate(network, data, [5, 6, 7, 20], frames: 4, burnIn: 2);
        Assert.Equal(6, result.Bins);
        using var scope = new Scope();
        float[] speeds = data.Windows(1, data.Inputs[1], [data.Length - 1], data.Length).ToArray();
        float Sum(int from, int to) => Enumerable.Range(from, to - from + 1).Sum(bin => speeds[2 * bin]);
        float[] expected = [Sum(2, 4), Sum(2, 5), Sum(2, 6), Sum(2, 7), Sum(17, 19), Sum(17, 20)];
        Assert.All(expected.Zip(result.Predictions.Predicted[0]), static pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        var recorded = new float[2];
        Assert.True(data.TryReadActivity(18 + 1 + 1, recorded));
        Assert.Equal(recorded[0], result.Predictions.Recorded[0][4]);
    }

    [Fact]
    public void Evaluate_OfAnotherNetworksUnits_IsRefused()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(40, 3)).Build();
        using var network = new SummingNetwork(data.Inputs, ["bright", "slow"]);
        Assert.Throws<NetworkException>(() => Evaluator.Evaluate(network, data, [5]));
    }

    [Fact]
    public void Of_RepeatedImages_ScoresTheirMeans()
    {
        // Two units, three images, shown 3, 2 and 3 times in mixed order; the second unit is predicted at random.
        int[] repeats = [4, 9, 4, 7, 9, 7, 4, 7];
        float[] recorded = [1, 5, 2, 9, 6, 8, 3, 10], predicted = [2, 5.5f, 2, 9, 5.5f, 9, 2, 9];
        UnitScores scores = UnitScores.Of(new Predictions(["a", "b"], ToyRig.BinNs, InTime: false, [predicted, [1, 2, 3, 1, 2, 3, 1, 2]], [recorded, recorded], Repeats: repeats));
        Assert.Equal(Correlation.Pearson([2, 5.5f, 9], [2, 5.5f, 9]), scores.CcAbs[0], 1e-9);
        Assert.True(scores.SingleBin[0] < scores.CcAbs[0]);
        Assert.True(double.IsNaN(scores.Boxcar[0]));
        Assert.Equal(scores.CcAbs[0] / scores.CcMax[0], scores.CcNorm[0], 1e-12);
        Assert.True(scores.ExplainableExplained[1] < scores.ExplainableExplained[0]);
    }

    [Fact]
    public void Of_MissingActivity_LeavesItOut()
    {
        float[] predicted = [1, 2, 3, 4, 5, 6], recorded = [1, 2, 2, 4, 6, 5], holes = [1, 2, float.NaN, 4, float.NaN, 5];
        UnitScores scores = UnitScores.Of(new Predictions(["whole", "holes", "silent"], ToyRig.BinNs, InTime: true, [predicted, predicted, predicted], [recorded, holes, new float[6]]));
        Assert.Equal(Correlation.Pearson([1, 2, 4, 6], [1, 2, 4, 5]), scores.SingleBin[1], 1e-9);
        Assert.True(double.IsNaN(scores.SingleBin[2]) && double.IsFinite(scores.PoissonLoss[2]) && double.IsFinite(scores.MeanSingleBin));
    }

    [Fact]
    public void Html_OfTwoNetworks_HoldsEverythingItself()
    {
        var random = new Random(2);
        float[] Noisy(float[] of, double much) => [.. of.Select(value => value + (float)(much * random.NextDouble()))];
        float[][] recorded = [[.. Enumerable.Range(0, 500).Select(static bin => MathF.Sin(bin / 9f) + 1)], [.. Enumerable.Range(0, 500).Select(static bin => MathF.Cos(bin / 7f) + 1)]];
        EvaluationResult Result(double much)
        {
            var predictions = new Predictions(["u<1>", "u,2"], ToyRig.BinNs, InTime: true, [.. recorded.Select(series => Noisy(series, much))], recorded);
            return new EvaluationResult(predictions, UnitScores.Of(predictions), null);
        }
        var evaluation = new Evaluation("good", "bad", [new EvaluatedSession("one", Result(0.1), Result(3))], []);
        string html = EvaluationReport.Html(evaluation);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("u<1>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=['\"](?!data:)", html);
        string[] rows = EvaluationReport.Csv(evaluation).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(rows[0].Count(static letter => letter == ','), row.Count(static letter => letter == ',')));
        Assert.True((double)EvaluationReport.Json(evaluation)["scores"]!["correlation"]!["paired"]!["mean_difference"]! > 0);
    }

    /// <summary>Answers every frame with the sum of the speeds since its state was new.</summary>
    private sealed class SummingNetwork(InputSpec[] inputs, string[] units) : INetwork
    {
        public NetworkSpec Spec { get; } = new SummingSpec { Inputs = inputs, UnitIds = units, OutputDelayBins = 1 };

        public string Hash => "";

        public ParameterSet Weights { get; } = ParameterSet.FromSeed(0);

        public int WarmUpSteps => 0;

        public int WindowFrames => 1;

        public bool AnswersEveryFrame => true;

        public Tensor[] InitialState(int batch) => [Tensor.Zeros([batch, 1])];

        public (Tensor Output, Tensor[] State) Step(Tensor[] inputs, Tensor[] state)
        {
            Tensor sum = state[0] + inputs[1].Narrow(1, 0, 1);
            return (Functional.Cat([sum, sum], 1), [sum]);
        }

        public Tensor Forward(Tensor[] windows, bool training) => throw new NotSupportedException();

        public INetwork CopyTo(Device device) => throw new NotSupportedException();

        public FrozenStep Freeze(Device device) => throw new NotSupportedException();

        public void Dispose() => Weights.Dispose();
    }

    private sealed record SummingSpec : NetworkSpec
    {
        public override string Kind => "summing";
    }
}
