namespace LoopRig.Synthesis;

/// <summary>How far one batch is: its plateau, its early stop and its log. Saved as JSON.</summary>
internal sealed class BatchState
{
    private const double Threshold = 1e-4; // PyTorch's

    /// <summary>Size of the next step, while a plateau rule shrinks it.</summary>
    public double Rate { get; set; }

    /// <summary>Best loss for the plateau rule.</summary>
    public double BestLoss { get; set; } = double.MaxValue;

    /// <summary>Steps since.</summary>
    public int Bad { get; set; }

    /// <summary>Best score for the early stop.</summary>
    public double BestScore { get; set; } = double.MinValue;

    /// <summary>Steps since it was beaten.</summary>
    public int Idle { get; set; }

    /// <summary>Whether it has stopped.</summary>
    public bool Stopped { get; set; }

    /// <summary>One line a step.</summary>
    public List<SynthesisStep> Log { get; set; } = [];

    /// <summary>The size of a step.</summary>
    internal double RateAt(SynthesisPreset preset, int step) => Stopped ? 0 : preset.Plateau is null ? preset.Rate.At(step, preset.Steps) : Rate;

    /// <summary>Takes note of a step.</summary>
    internal void Note(SynthesisPreset preset, SynthesisStep step)
    {
        if (Stopped) return;
        Log.Add(step);
        if (preset.Plateau is { } plateau)
        {
            double loss = step.Penalty - step.Score;
            if (BestLoss == double.MaxValue || loss < BestLoss * (1 - Threshold)) (BestLoss, Bad) = (loss, 0);
            else if (++Bad > plateau.Patience) (Rate, Bad) = (Math.Max(Rate * plateau.Factor, plateau.Least), 0);
        }
        if (preset.Stop is not { } stop) return;
        double score = step.Score - step.Penalty;
        if (BestScore == double.MinValue || score > BestScore + stop.LeastRise * Math.Abs(BestScore)) (BestScore, Idle) = (score, 0);
        else Stopped = ++Idle >= stop.Patience;
    }
}
