using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>A network and what it is trained on. Sessions with one core hold networks whose core tensors are the same (<see cref="ParameterSet.Grow(int, ParameterSet, IReadOnlyList{string}, bool)"/>).</summary>
/// <param name="Name">What the session is called in errors and files.</param>
/// <param name="Network">Trained in place; its units and inputs are those of the data.</param>
/// <param name="Data">The bins.</param>
/// <param name="Split">Which windows fit and which validate: of <see cref="INetwork.WindowFrames"/>, or, where the network answers every frame, of <see cref="TrainingOptions.SequenceFrames"/>.</param>
public sealed record TrainingSession(string Name, INetwork Network, Dataset Data, DataSplit Split);
