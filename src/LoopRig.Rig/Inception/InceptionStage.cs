namespace LoopRig.Rig.Inception;

/// <summary>The states of the loop, in their order.</summary>
public enum InceptionStage
{
    /// <summary>Stimuli are shown, responses recorded.</summary>
    Collect,
    /// <summary>A network is trained on them.</summary>
    Train,
    /// <summary>Neurons are chosen by prediction quality and reliability.</summary>
    Select,
    /// <summary>Their most exciting images and the controls are made.</summary>
    Synthesise,
    /// <summary>These are shown, in random order with repeats, while the network predicts live.</summary>
    Present,
    /// <summary>Responses to them are compared.</summary>
    Verify,
    /// <summary>Everything is there.</summary>
    Done,
}
