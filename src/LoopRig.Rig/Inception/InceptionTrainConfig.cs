using LoopRig.Models;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>The network and how it is trained; as in a training's own configuration.</summary>
public sealed record InceptionTrainConfig
{
    /// <summary>The network; its image is the display's <c>frames</c>.</summary>
    public required NetworkRecipe Network { get; init; }

    /// <summary>How it is trained.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Bins from the newest frame to the activity that is predicted from it.</summary>
    public int OutputDelayBins { get; init; } = 1;

    /// <summary>Threads of libtorch, for training and synthesis; 0: one a processor.</summary>
    public int Threads { get; init; }
}
