namespace LoopRig.Synthesis;

/// <summary>What of a response is driven up.</summary>
public enum ScoreKind
{
    /// <summary>The response, averaged over the frames that count.</summary>
    Response,

    /// <summary>-(response^-temperature), averaged over the frames that count: low responses weigh most (Wang et al. 2025). Driven down: response^temperature.</summary>
    InversePower,
}
