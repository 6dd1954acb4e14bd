namespace LoopRig.Recording;

/// <summary>A part of the log that cannot be read.</summary>
/// <param name="Segment">The file's name.</param>
/// <param name="Offset">Where the damage begins, bytes.</param>
/// <param name="Bytes">How far the damage reaches; 0 where whole records are absent.</param>
/// <param name="RecordsLost">How many records are lost; null at the end of the log, where nothing says how many there were.</param>
/// <param name="AfterNs">The time of the last record before the damage, ns on the rig clock.</param>
/// <param name="BeforeNs">The time of the first record behind the damage; null at the end of the log.</param>
public sealed record LogGap(string Segment, long Offset, long Bytes, long? RecordsLost, long AfterNs, long? BeforeNs);
