namespace LoopRig.Training;

/// <summary>What a network's scores become when some of its inputs are taken from other moments: how much it rests on them.</summary>
/// <param name="Intact">With the inputs as recorded.</param>
/// <param name="ImagesShuffled">With each bin's images taken from another test bin.</param>
/// <param name="BehaviourShuffled">With every other input (behaviour, eye, head) taken from another test bin.</param>
public sealed record ShuffleControl(UnitScores Intact, UnitScores ImagesShuffled, UnitScores BehaviourShuffled);
