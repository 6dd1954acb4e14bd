using LoopRig.Torch;

namespace LoopRig.Models.Backbones;

/// <summary>From one image to a number a unit, by way of features.</summary>
internal interface IBackbone
{
    /// <summary>Images [N, 1, H, W], gaze-corrected where there is a shifter, to features [N, G].</summary>
    /// <param name="image">The images.</param>
    /// <param name="training">Batch statistics; the running ones change in place.</param>
    /// <param name="noise">Dropout.</param>
    Tensor Encode(Tensor image, bool training, bool noise);

    /// <summary>Features [N, G] to what the softplus takes, [N, U].</summary>
    Tensor Predict(Tensor features);

    /// <summary>What training adds to the loss, weighted; null for nothing.</summary>
    /// <param name="features">[N, G].</param>
    /// <param name="image">The images as they came, before gaze correction.</param>
    /// <param name="noise">Dropout.</param>
    Tensor? Penalty(Tensor features, Tensor image, bool noise);
}
