namespace LoopRig.Recording;

/// <summary>One line of <c>sessions list</c>.</summary>
/// <param name="Folder">The session's folder.</param>
/// <param name="State">How it stands; <see cref="SessionState.Damaged"/> when its description cannot be read.</param>
/// <param name="BeingRecorded">A living process records into it now.</param>
/// <param name="Subject">The animal's name.</param>
/// <param name="StartedUtc">When it began; null when unknown.</param>
/// <param name="DurationNs">From start to end, or to the last record; null when unknown.</param>
/// <param name="Streams">How many streams were recorded, predictions included; null when the session was not closed and so not counted.</param>
/// <param name="Predictions">How many predictions were recorded; null when not counted.</param>
/// <param name="Bytes">Bytes of the log.</param>
/// <param name="Problem">What is wrong with it; null when nothing is known to be.</param>
public sealed record SessionSummary(string Folder, SessionState State, bool BeingRecorded, string Subject, DateTime? StartedUtc, long? DurationNs, int? Streams, long? Predictions, long Bytes, string? Problem);
