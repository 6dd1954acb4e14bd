using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>Predicts validation data in evaluation mode.</summary>
internal static class Validation
{
    internal static ValidationResult Of(IReadOnlyList<SessionSamples> sessions, int batchSize)
    {
        double loss = 0, samples = 0;
        var correlations = new double[sessions.Count];
        for (int session = 0; session < correlations.Length; session++)
        {
            (double sessionLoss, double count, correlations[session]) = Of(sessions[session], batchSize);
            loss += sessionLoss * count;
            samples += count;
        }
        double[] known = Array.FindAll(correlations, static value => !double.IsNaN(value));
        return new ValidationResult(loss / samples, known.Length == 0 ? double.NaN : known.Average(), correlations);
    }

    // Loss, recorded values that it rests on, and mean correlation.
    private static (double Loss, double Count, double Correlation) Of(SessionSamples session, int batchSize)
    {
        using var noGraph = new NoGrad();
        int units = session.Network.Units;
        var predicted = new List<float>[units];
        var recorded = new List<float>[units];
        for (int unit = 0; unit < units; unit++)
            (predicted[unit], recorded[unit]) = ([], []);
        double sum = 0, count = 0;
        foreach (int[] lasts in session.Validation.Chunk(batchSize))
        {
            using var scope = new Scope();
            Tensor responses = session.Counted(session.Network.Forward(session.Windows(lasts), training: false)), targets = session.Targets(lasts);
            float[] prediction = responses.ToArray(), target = targets.ToArray();
            int known = 0;
            for (int at = 0; at < target.Length; at++)
            {
                if (float.IsNaN(target[at]))
                    continue;
                known++;
                predicted[at % units].Add(prediction[at]);
                recorded[at % units].Add(target[at]);
            }
            sum += Loss.Of(session.Network.Spec.Loss, responses, targets, complete: known == target.Length, session.Network.Spec.LossScales).Item() * known;
            count += known;
        }
        double[] correlations = [.. Enumerable.Range(0, units).Where(unit => predicted[unit].Count > 1)
            .Select(unit => OfUnit([.. predicted[unit]], [.. recorded[unit]])).Where(static value => !double.IsNaN(value))];
        return (sum / Math.Max(count, 1), count, correlations.Length == 0 ? double.NaN : correlations.Average());
    }

    /// <summary>
    /// The correlation that a network is chosen by: 0 where what was recorded varies and the prediction does not, so that a unit that falls silent lowers the
    /// mean and does not drop out of it; NaN where nothing recorded varies.
    /// </summary>
    internal static double OfUnit(float[] predicted, float[] recorded)
    {
        double r = Correlation.Pearson(predicted, recorded);
        return double.IsNaN(r) && Array.Exists(recorded, value => value != recorded[0]) ? 0 : r;
    }
}
