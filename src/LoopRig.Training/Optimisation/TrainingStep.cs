using LoopRig.Models;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training;

/// <summary>One step on one batch: forward, loss, backward, move.</summary>
internal static class TrainingStep
{
    /// <summary>Takes a step with a batch given as tensors.</summary>
    /// <param name="network">The network.</param>
    /// <param name="optimiser">Moves its parameters; not when loss or gradient are not finite.</param>
    /// <param name="windows">One an input.</param>
    /// <param name="targets">Of the responses that count.</param>
    /// <param name="context">Where chance comes from.</param>
    /// <param name="burnIn">First frames of the responses that do not count.</param>
    /// <param name="precision">Of the forward and backward pass.</param>
    internal static StepResult Take(
        INetwork network, Optimiser optimiser, Tensor[] windows, Tensor targets, TrainingContext context, int burnIn = 0, Precision precision = Precision.Full)
    {
        using var scope = new Scope();
        TrainingPass pass = precision == Precision.Mixed ? ForwardMixed(network, windows, context) : network.ForwardTraining(windows, context);
        Tensor counted = burnIn > 0 ? pass.Responses.Narrow(1, burnIn, pass.Responses.Size(1) - burnIn) : pass.Responses;
        Tensor response = Loss.Of(network.Spec.Loss, counted, targets, complete: F.Any(F.IsNan(targets)).Item() == 0, network.Spec.LossScales);
        Tensor loss = pass.Penalty is null ? response : response + pass.Penalty;
        (double responseLoss, double total) = (response.Item(), loss.Item());
        if (!double.IsFinite(total))
            return new StepResult(responseLoss, total, double.NaN);
        loss.Backward();
        return new StepResult(responseLoss, total, optimiser.Step());
    }

    // Of bfloat16, which has the range of a 32-bit float: gradients do not vanish in it, so that the loss needs no scaling.
    private static TrainingPass ForwardMixed(INetwork network, Tensor[] windows, TrainingContext context)
    {
        TrainingPass pass;
        using (new Autocast(network.Weights.Device, ScalarType.BFloat16))
            pass = network.ForwardTraining(windows, context);
        return new TrainingPass(pass.Responses.To(ScalarType.Float32), pass.Penalty?.To(ScalarType.Float32));
    }
}
