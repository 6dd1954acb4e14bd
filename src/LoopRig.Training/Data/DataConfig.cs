using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Where data come from and how they are split, as the configs of training, evaluation and sweeps say it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
public abstract record DataConfig
{
    /// <summary>What the data can give a network: an image in its native size, vectors with all their variables.</summary>
    /// <exception cref="LoopRigException">The data are missing or damaged; file and trial are named.</exception>
    public abstract IReadOnlyList<InputSpec> Offered();

    /// <summary>Bins from the newest input to the activity that is predicted from it.</summary>
    public virtual int OutputDelayBins { get; init; }

    /// <summary>Opens every session. The caller disposes the data sets.</summary>
    /// <param name="inputs">What the network takes, without statistics.</param>
    /// <exception cref="LoopRigException">The data are missing or damaged; file and trial are named.</exception>
    public abstract IReadOnlyList<SessionData> Open(InputSpec[] inputs);
}
