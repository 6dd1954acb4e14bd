using LoopRig.Models.Layers;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Backbones;

/// <summary>Image -> code -> units, and in training code -> image (Xu et al. 2023).</summary>
internal sealed class Autoencoder : IBackbone
{
    private readonly VisualEncoder _encoder;
    private readonly ImageDecoder _decoder;
    private readonly Linear _output;
    private readonly double _weight;

    internal Autoencoder(ParameterSet parameters, AutoencoderSpec spec)
    {
        _encoder = new VisualEncoder(parameters, "encoder", spec.Convolutions, spec.Latent, spec.Dropout);
        _decoder = new ImageDecoder(parameters, spec.Convolutions, spec.Latent, spec.Dropout);
        _output = new Linear(parameters, "fc", spec.Latent, spec.Units);
        _weight = spec.ReconstructionWeight;
    }

    /// <inheritdoc/>
    public Tensor Encode(Tensor image, bool training, bool noise) => _encoder.Forward(image, training, noise);

    /// <inheritdoc/>
    public Tensor Predict(Tensor features) => _output.Forward(features);

    /// <summary>The error of the reconstruction. Kept for parity: it is that of the image as it came, not of the gaze-corrected one that was encoded.</summary>
    public Tensor? Penalty(Tensor features, Tensor image, bool noise)
        => _weight == 0 ? null : _weight * F.MseLoss(_decoder.Forward(features, training: true, noise), image);
}
