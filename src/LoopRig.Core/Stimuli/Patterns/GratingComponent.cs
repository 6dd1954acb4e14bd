namespace LoopRig.Core.Stimuli;

/// <summary>One drifting wave.</summary>
/// <param name="DirectionDeg">Where it moves: 0 to the right, 90 upwards.</param>
/// <param name="SpatialFrequencyCpd">Cycles a degree.</param>
/// <param name="TemporalFrequencyHz">Cycles a second that pass a point.</param>
/// <param name="PhaseDeg">Of the cosine at the centre at the segment's start.</param>
/// <param name="Contrast">0 to 1.</param>
public readonly record struct GratingComponent(double DirectionDeg, double SpatialFrequencyCpd, double TemporalFrequencyHz, double PhaseDeg, double Contrast);
