using System.Text.Json.Serialization;

namespace LoopRig.Training;

/// <summary>How networks are trained. Defaults are those of Xu et al. 2023.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data at most.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>Passes without a better validation after which training ends; with a plateau schedule, behind the last lowering of its rate.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Samples of a batch: windows, or sequences.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Steps of a pass; null: as many as use every sample once.</summary>
    public int? StepsPerEpoch { get; init; }

    /// <summary>What moves the parameters.</summary>
    public OptimiserConfig Optimiser { get; init; } = new AdamConfig();

    /// <summary>How its learning rate changes.</summary>
    public ScheduleConfig Schedule { get; init; } = new ConstantSchedule();

    /// <summary>What the best epoch is chosen by.</summary>
    public SelectionMetric Select { get; init; } = SelectionMetric.Loss;

    /// <summary>A running average of the weights, which is validated and kept in place of the weights themselves; null: none.</summary>
    public AveragingConfig? Averaging { get; init; }

    /// <summary>Frames of a training sequence, for networks that answer every frame; others take their own window.</summary>
    public int SequenceFrames { get; init; } = 30;

    /// <summary>First frames of each sequence that do not count, while the network's state settles.</summary>
    public int BurnIn { get; init; } = 10;

    /// <summary>What a step computes in; validation is always in 32-bit floats, as the live loop.</summary>
    public Precision Precision { get; init; } = Precision.Full;

    /// <summary>Parameters whose names begin so are not trained; a batch norm among them runs on its statistics as they are.</summary>
    public string[] Freeze { get; init; } = [];

    /// <summary>Seconds of training after which a checkpoint is written; one is written after each epoch in any case.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>Steps after which a checkpoint is written; null: only the time counts.</summary>
    public int? CheckpointSteps { get; init; }

    /// <summary>Training stops as diverged when its loss lies this many times its size at the start above it ...</summary>
    public double DivergenceFactor { get; init; } = 10;

    /// <summary>... for so many steps on end.</summary>
    public int DivergenceSteps { get; init; } = 50;

    /// <summary>Decides new weights, the order of the samples, dropout and every other chance.</summary>
    [JsonIgnore]
    public int Seed { get; init; }

    /// <summary>Checks the numbers; the key of the first wrong one and what is wrong, or null.</summary>
    internal (string Key, string Fault)? Fault()
    {
        if (Epochs < 1) return ("epochs", $"{Epochs} is less than 1");
        if (Patience < 0) return ("patience", $"{Patience} is negative");
        if (BatchSize < 1) return ("batchSize", $"{BatchSize} is less than 1");
        if (StepsPerEpoch < 1) return ("stepsPerEpoch", $"{StepsPerEpoch} is less than 1");
        if (BurnIn < 0 || SequenceFrames <= BurnIn) return ("sequenceFrames", $"{SequenceFrames} frames hold none behind a burn-in of {BurnIn}");
        if (Averaging?.Decay is <= 0 or >= 1) return ("averaging.decay", $"{Averaging.Decay} is not in 0..1");
        if (!(CheckpointSeconds > 0)) return ("checkpointSeconds", $"{CheckpointSeconds} is no time");
        if (CheckpointSteps < 1) return ("checkpointSteps", $"{CheckpointSteps} is less than 1");
        if (!(DivergenceFactor > 0)) return ("divergenceFactor", $"{DivergenceFactor} is not positive");
        if (DivergenceSteps < 1) return ("divergenceSteps", $"{DivergenceSteps} is less than 1");
        if (Optimiser.Fault() is { } optimiser) return ("optimiser." + optimiser.Key, optimiser.Fault);
        return Schedule.Fault() is { } schedule ? ("schedule." + schedule.Key, schedule.Fault) : null;
    }
}
