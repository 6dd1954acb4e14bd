namespace LoopRig.Training;

/// <summary>One or two networks on the same held-out data: what `looprig evaluate` prints and writes.</summary>
/// <param name="First">Name of the network.</param>
/// <param name="Second">Name of the one it is compared with; null for none.</param>
/// <param name="Sessions">Their results, session by session.</param>
/// <param name="Curves">How training went, of run folders; may be empty.</param>
public sealed record Evaluation(string First, string? Second, IReadOnlyList<EvaluatedSession> Sessions, IReadOnlyList<TrainingCurve> Curves)
{
    /// <summary>The part of the data that was predicted.</summary>
    public DataPart Part { get; init; } = DataPart.Test;

    /// <summary>What a reader must know: networks that met a session by units alone, sessions that were left out.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Scores that have a value for at least one unit.</summary>
    public IReadOnlyList<ScoreKind> Kinds => [.. Enum.GetValues<ScoreKind>().Where(kind => Array.Exists(Scores(kind), double.IsFinite))];

    /// <summary>The first network's score over the units of all sessions.</summary>
    public double[] Scores(ScoreKind kind) => [.. Sessions.SelectMany(session => session.First.Prediction.Of(kind))];

    /// <summary>The second network's.</summary>
    public double[] OtherScores(ScoreKind kind) => [.. Sessions.SelectMany(session => session.Second!.Prediction.Of(kind))];

    /// <summary>The score of the true expected activity, where it is known; NaN elsewhere.</summary>
    public double[] Ceiling(ScoreKind kind)
        => [.. Sessions.SelectMany(session => session.First.Ceiling?.Of(kind) ?? Enumerable.Repeat(double.NaN, session.First.UnitIds.Length))];

    /// <summary>Names of all units, with their session's where there are several.</summary>
    public IEnumerable<string> UnitNames => Sessions.SelectMany(session => session.First.UnitIds.Select(unit => Sessions.Count > 1 ? $"{session.Name}/{unit}" : unit));

    /// <summary>First against second, paired over the units; null without a second.</summary>
    public PairedTest? Compare(ScoreKind kind) => Second is null ? null : kind.Compare(Scores(kind), OtherScores(kind));
}

/// <summary>What became of one session.</summary>
/// <param name="Name">The session.</param>
/// <param name="First">The network's result.</param>
/// <param name="Second">The other's; null without one.</param>
public sealed record EvaluatedSession(string Name, EvaluationResult First, EvaluationResult? Second);
