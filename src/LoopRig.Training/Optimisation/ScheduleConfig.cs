using System.Text.Json.Serialization;

namespace LoopRig.Training;

/// <summary>How the learning rate changes from epoch to epoch; in a file an object with a "kind".</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(CosineSchedule), "cosine")]
[JsonDerivedType(typeof(PlateauSchedule), "plateau")]
public abstract record ScheduleConfig
{
    /// <summary>The state in which the first epoch is trained.</summary>
    /// <param name="epochs">Epochs at most.</param>
    public virtual ScheduleState Begin(int epochs) => new();

    /// <summary>The state in which the next epoch is trained.</summary>
    /// <param name="state">That of the epoch that ended.</param>
    /// <param name="epoch">The next epoch, from 0.</param>
    /// <param name="epochs">Epochs at most.</param>
    /// <param name="score">What validation gave; the lower the better.</param>
    /// <param name="learningRate">The optimiser's rate, which the factor scales.</param>
    public abstract ScheduleState Next(ScheduleState state, int epoch, int epochs, double score, double learningRate);

    /// <summary>Whether an epoch, from 0, begins another cycle.</summary>
    public virtual bool Restarts(int epoch) => false;

    /// <summary>Whether training goes on although its patience is over, because the rate is yet to change for lack of progress.</summary>
    /// <param name="state">In which the next epoch would be trained.</param>
    /// <param name="learningRate">The optimiser's rate.</param>
    /// <param name="patience">Epochs that training waits.</param>
    public virtual bool HoldsOn(ScheduleState state, double learningRate, int patience) => false;

    /// <summary>Checks the numbers; the key of the first wrong one and what is wrong, or null.</summary>
    internal virtual (string Key, string Fault)? Fault() => null;
}
