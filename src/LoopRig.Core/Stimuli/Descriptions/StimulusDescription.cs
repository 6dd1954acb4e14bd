using System.Text.Json.Serialization;

namespace LoopRig.Core.Stimuli;

/// <summary>One stimulus of a stimulus file. Its <c>kind</c> says which other keys it has. Degrees are those of the monitor's geometry.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(GaborStimulus), "gabor")]
[JsonDerivedType(typeof(GratingStimulus), "grating")]
[JsonDerivedType(typeof(RandomDotsStimulus), "random-dots")]
[JsonDerivedType(typeof(GaussianDotsStimulus), "gaussian-dots")]
[JsonDerivedType(typeof(DotMappingStimulus), "dot-mapping")]
[JsonDerivedType(typeof(Monet2Stimulus), "monet2")]
[JsonDerivedType(typeof(SparseNoiseStimulus), "sparse-noise")]
[JsonDerivedType(typeof(ChirpStimulus), "chirp")]
[JsonDerivedType(typeof(FlashStimulus), "flash")]
[JsonDerivedType(typeof(LoomingStimulus), "looming")]
[JsonDerivedType(typeof(ImagesStimulus), "images")]
[JsonDerivedType(typeof(MovieStimulus), "movie")]
[JsonDerivedType(typeof(MeiSetStimulus), "mei-set")]
[JsonDerivedType(typeof(CalibrationStimulus), "calibration")]
[JsonDerivedType(typeof(BlankStimulus), "blank")]
public abstract record StimulusDescription
{
    /// <summary>Lays one presentation down.</summary>
    public abstract void Plan(PlanBuilder plan);

    /// <summary>Files that it names, each by its key; made absolute when a file is read.</summary>
    internal virtual IEnumerable<(string Key, string Path)> Files => [];

    /// <summary>The same with its files at other paths.</summary>
    internal virtual StimulusDescription WithFiles(Func<string, string> resolve) => this;
}
