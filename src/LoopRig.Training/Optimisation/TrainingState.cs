namespace LoopRig.Training;

/// <summary>Where training is, but for the tensors: what a checkpoint holds beside them.</summary>
internal sealed record TrainingState
{
    /// <summary>The pass under way, from 1.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>The pass's next batch, from 0.</summary>
    public int Batch { get; set; }

    /// <summary>Steps made in all.</summary>
    public long Step { get; set; }

    /// <summary>Sum of the pass's losses.</summary>
    public double LossSum { get; set; }

    /// <summary>Sum of the pass's gradient norms.</summary>
    public double GradientSum { get; set; }

    /// <summary>Samples trained on in all.</summary>
    public long Samples { get; set; }

    /// <summary>Seconds of steps in all.</summary>
    public double TrainingSeconds { get; set; }

    /// <summary>Seconds in all.</summary>
    public double Seconds { get; set; }

    /// <summary>Least loss of the first steps; null in the first.</summary>
    public double? StartLoss { get; set; }

    /// <summary>Steps on end whose loss was far above the start.</summary>
    public int HighLosses { get; set; }

    /// <summary>The pass whose validation was best; 0 before the first.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Its score, the lower the better.</summary>
    public double? BestScore { get; set; }

    /// <summary>The schedule.</summary>
    public ScheduleState Schedule { get; set; } = new();

    /// <summary>Loss of each validation.</summary>
    public List<double> ValidationLosses { get; init; } = [];

    /// <summary>Correlation of each validation.</summary>
    public List<double> ValidationCorrelations { get; init; } = [];

    /// <summary>Whether no pass is to follow.</summary>
    public bool Finished { get; set; }

    /// <summary>Steps that the optimiser has made with each parameter.</summary>
    public Dictionary<string, long> OptimiserSteps { get; set; } = [];
}
