using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training;

/// <summary>Stops training that has gone wrong, and says where and why.</summary>
internal static class StepGuard
{
    private const int StartSteps = 10;
    private const int NamedSamples = 8;

    /// <summary>Looks at a step.</summary>
    /// <exception cref="TrainingException">Loss or gradient are not finite, or the loss has been far above its start for long.</exception>
    internal static void Check(in StepResult result, TrainingState state, TrainingOptions options, SessionSamples session, int[] lasts, double learningRate)
    {
        if (!result.IsFinite)
            throw new TrainingException(Where(state, session) + Cause(result, session, lasts));
        if (state.Step < StartSteps)
        {
            // The least of them: a rate far too large spoils all but the first.
            state.StartLoss = Math.Min(state.StartLoss ?? result.Total, result.Total);
            return;
        }
        // Poisson losses may be negative or near zero, so the factor is of the start's magnitude, or of 1 where that is less.
        double start = state.StartLoss!.Value, limit = start + options.DivergenceFactor * Math.Max(Math.Abs(start), 1);
        state.HighLosses = result.Total > limit ? state.HighLosses + 1 : 0;
        if (state.HighLosses >= options.DivergenceSteps)
        {
            throw new TrainingException(Where(state, session) + FormattableString.Invariant(
                $"training diverges: the loss has been above {limit:G4} for {state.HighLosses} steps (now {result.Total:G4}; {start:G4} at the start). Lower the learning rate ({learningRate:G3}) or warm it up"));
        }
    }

    private static string Where(TrainingState state, SessionSamples session) => $"session {session.Name}, epoch {state.Epoch}, batch {state.Batch + 1}: ";

    private static string Cause(in StepResult result, SessionSamples session, int[] lasts)
    {
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        string what = double.IsFinite(result.Total) ? "the gradient is not finite" : FormattableString.Invariant($"the loss is {result.Total}");
        Tensor[] windows = session.Windows(lasts);
        for (int input = 0; input < windows.Length; input++)
        {
            if (Rows(windows[input], lasts) is { Length: > 0 } bad)
                return $"{what}: input {session.Network.Inputs[input].Name} is not finite in the samples that end with {Name(bad)}";
        }
        int[] wrong = Rows(session.Network.Forward(windows, training: false), lasts);
        return wrong.Length > 0
            ? $"{what}: so are the responses to the samples that end with {Name(wrong)}, whose inputs are finite; a lower learning rate may help"
            : $"{what}, though inputs and responses are finite in evaluation mode; its samples end with {Name(lasts)}; a lower learning rate may help";
    }

    private static int[] Rows(Tensor values, int[] lasts)
    {
        Tensor sums = F.Sum((values - values).Flatten(1), [1]); // x - x is 0, but for infinities and NaN
        float[] rows = sums.ToArray();
        return [.. lasts.Where((_, row) => rows[row] != 0)];
    }

    private static string Name(int[] lasts)
        => $"bin{(lasts.Length == 1 ? "" : "s")} {string.Join(", ", lasts.Take(NamedSamples))}{(lasts.Length > NamedSamples ? $" and {lasts.Length - NamedSamples} more" : "")}";
}
