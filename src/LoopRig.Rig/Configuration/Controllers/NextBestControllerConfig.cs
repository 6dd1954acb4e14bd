namespace LoopRig.Rig.Configuration;

/// <summary>Shows, one after the other, the stimulus from which the network predicts that most is learnt about the gain of each unit.</summary>
public sealed class NextBestControllerConfig : ControllerConfig
{
    /// <summary>The candidates; absent: everything that the display can show.</summary>
    [Items(0, 10_000)]
    public string[] Candidates { get; init; } = [];

    /// <summary>The units, by their ids, that are to be learnt about; absent: all.</summary>
    [Items(0, 100_000)]
    public string[] LearnUnits { get; init; } = [];

    /// <summary>For how long the screen is gray between two stimuli, milliseconds.</summary>
    [Range(0, 600_000)]
    public double PauseMs { get; init; } = 500;

    internal override IEnumerable<(string Key, string Stimulus)> Stimuli => Candidates.Select((stimulus, i) => ($"controller.candidates[{i}]", stimulus));

    internal override IEnumerable<(string Key, string Unit)> Units => LearnUnits.Select((unit, i) => ($"controller.learnUnits[{i}]", unit));

    internal override IEnumerable<(string Key, string Variable)> Variables => [];
}
