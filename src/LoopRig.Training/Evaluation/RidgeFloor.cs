using System.Globalization;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Images;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training;

/// <summary>
/// The floor of a table: ridge regression of every unit on the oriented energy (or the pixels) of the image at its bin, in closed form. What comes out is a
/// network like any other.
/// </summary>
public static class RidgeFloor
{
    private const int BatchSize = 128;
    private const double LeastVariance = 1e-8;  // a feature that never varies tells nothing

    private static readonly Op s_cholesky = Op.Get("aten::linalg_cholesky");
    private static readonly Op s_solve = Op.Get("aten::cholesky_solve");
    private static readonly double[] s_penalties = [0.1, 0.3, 1, 3, 10, 30];    // in units of the features' number, the mean of the kernel's diagonal

    /// <summary>Fits one network a session and saves it, as the networks of a run are: in best/SESSION.safetensors of the folder.</summary>
    /// <param name="data">Where the sessions come from.</param>
    /// <param name="network">Whose image the regression sees, in the same size.</param>
    /// <param name="features">What it sees of it.</param>
    /// <param name="folder">Made when it is not there.</param>
    /// <param name="stop">Ends it between two sessions.</param>
    /// <exception cref="LoopRigException">The data cannot be read, offer no image, or nothing can be written.</exception>
    public static void FitAll(DataConfig data, NetworkRecipe network, ImageFeatures features, string folder, CancellationToken stop = default)
    {
        IReadOnlyList<InputSpec> offered = data.Offered();
        LinearRecipe recipe = Of(network, offered, features);
        IReadOnlyList<SessionData> sessions = data.Open(recipe.Inputs(offered));
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "best"));
            foreach (SessionData session in sessions)
            {
                stop.ThrowIfCancellationRequested();
                using var floor = (LinearNetwork)NetworkFile.Create(recipe.Spec(session.Data.WithStatistics([], recipe), session.Data.UnitIds, session.DelayBins), seed: 0);
                (double penalty, double validation) = Fit(floor, session);
                NetworkFile.Save(floor, Path.Combine(folder, "best", session.Name + ".safetensors"), new Dictionary<string, string>
                {
                    ["fitted_on"] = session.Name,
                    ["penalty"] = penalty.ToString(CultureInfo.InvariantCulture),
                    ["validation_correlation"] = validation.ToString("F4", CultureInfo.InvariantCulture),
                });
            }
        }
        finally
        {
            foreach (SessionData session in sessions)
                session.Data.Dispose();
        }
    }

    /// <summary>What the floor beside a network is, from what the data offer; that it can be is seen before anything is trained.</summary>
    /// <exception cref="NetworkException">There can be no floor.</exception>
    internal static LinearRecipe Of(NetworkRecipe network, IReadOnlyList<InputSpec> offered, ImageFeatures features)
    {
        try
        {
            InputSpec image = Array.Find(network.Inputs(offered), static input => input.Kind == InputKind.Image) ?? throw new NetworkException("the network sees no image");
            var recipe = new LinearRecipe { Height = image.Height, Width = image.Width, Features = features, Grid = 7, Rectified = false };
            recipe.Spec(recipe.Inputs(offered), ["unit"], 0).Validate();
            return recipe;
        }
        catch (NetworkException error)
        {
            throw new NetworkException($"there can be no floor: {error.Message}", error);
        }
    }

    /// <summary>Fits a network to the fitting part of a session; validation chooses the penalty.</summary>
    /// <returns>The penalty chosen, in units of the number of features, and the mean correlation on validation.</returns>
    public static (double Penalty, double Validation) Fit(LinearNetwork network, SessionData session)
    {
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        DataSplit split = session.Split(1);
        int delay = session.DelayBins, units = network.Spec.Units;
        (float[] means, float[] deviations) = session.Data.ResponseStatistics(split.Fit, delay);
        Tensor fitted = Features(network, session.Data, split.Fit), held = Features(network, session.Data, split.Validation);
        Tensor mean = F.Mean(fitted, [0], keepDimensions: true), variance = F.Clamp(F.Var(fitted, [0], unbiased: false, keepDimensions: true), LeastVariance, null);
        fitted = ((fitted - mean) / F.Sqrt(variance)).To(ScalarType.Float64);    // [n, F]
        held = ((held - mean) / F.Sqrt(variance)).To(ScalarType.Float64);
        Tensor responses = Standardised(session.Data.Targets(split.Fit, delay), means, deviations).To(ScalarType.Float64); // [n, U]
        float[] recorded = session.Data.Targets(split.Validation, delay).ToArray();
        (long samples, long features) = (fitted.Size(0), fitted.Size(1));
        // The smaller of the two equal problems: over samples, or over features.
        bool dual = samples < features;
        Tensor across = fitted.Transpose(0, 1), gram = dual ? F.MatMul(fitted, across) : F.MatMul(across, fitted), target = dual ? responses : F.MatMul(across, responses);
        (double Penalty, double Validation, Tensor? Weights) best = (0, double.NegativeInfinity, null);
        foreach (double penalty in s_penalties)
        {
            Tensor factor = s_cholesky.Call(gram + Tensor.Eye(gram.Size(0), ScalarType.Float64) * (penalty * features), false);
            Tensor solved = s_solve.Call(target, factor, false), weights = dual ? F.MatMul(across, solved) : solved; // [F, U]
            double validation = MeanCorrelation(F.MatMul(held, weights).To(ScalarType.Float32).ToArray(), recorded, units);
            if (validation > best.Validation)
                best = (penalty, validation, weights);
        }
        if (best.Weights is null)
            throw new LoopRigException($"session {session.Name}: no unit varies in the validation part, so no penalty can be chosen");
        float[] filters = (best.Weights.To(ScalarType.Float32) * Tensor.FromArray(deviations, 1, units)).Transpose(0, 1).Contiguous().ToArray();
        network.Set(mean.ToArray(), variance.ToArray(), filters, means);
        return (best.Penalty, best.Validation);
    }

    private static Tensor Features(LinearNetwork network, Dataset data, int[] lasts)
        => F.Cat([.. lasts.Chunk(BatchSize).Select(batch => FeaturesOf(network, data, batch))]);

    private static Tensor FeaturesOf(LinearNetwork network, Dataset data, int[] lasts)
    {
        using var scope = new Scope();
        return scope.MoveToOuter(network.Features(data.Windows(0, network.Spec.Inputs[0], lasts, 1).Flatten(0, 1)));
    }

    // What was not recorded becomes the mean, 0.
    private static Tensor Standardised(Tensor responses, float[] means, float[] deviations)
    {
        Tensor centred = (responses - Tensor.FromArray(means, 1, means.Length)) / Tensor.FromArray(deviations, 1, deviations.Length);
        return F.Where(F.IsNan(centred), Tensor.Zeros([1]), centred);
    }

    private static double MeanCorrelation(float[] predicted, float[] recorded, int units)
    {
        int rows = recorded.Length / units;
        double sum = 0;
        int known = 0;
        for (int unit = 0; unit < units; unit++)
        {
            int[] at = [.. Enumerable.Range(0, rows).Select(row => row * units + unit).Where(index => !float.IsNaN(recorded[index]))];
            double r = at.Length > 1 ? Validation.OfUnit([.. at.Select(index => predicted[index])], [.. at.Select(index => recorded[index])]) : double.NaN;
            if (double.IsNaN(r))
                continue;
            sum += r;
            known++;
        }
        return known > 0 ? sum / known : double.NegativeInfinity;
    }
}
