using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Models;

/// <summary>
/// A network that predicts every unit frame by frame. Letters: N batch, k frames of a window, U units (see README.md of this folder).
/// Results belong to the caller or to the scope that is open; temporaries are freed.
/// </summary>
public interface INetwork : IDisposable
{
    /// <summary>Everything about the network but its weights.</summary>
    NetworkSpec Spec { get; }

    /// <summary>What kind of network this is, as "xu-2023".</summary>
    string Kind => Spec.Kind;

    /// <summary>The inputs in the order in which <see cref="Step"/> takes them.</summary>
    IReadOnlyList<InputSpec> Inputs => Spec.Inputs;

    /// <summary>Number of units.</summary>
    int Units => Spec.Units;

    /// <summary>One name a unit, in the order of the outputs.</summary>
    IReadOnlyList<string> UnitIds => Spec.UnitIds;

    /// <summary>SHA-256, in hexadecimal, over spec and weights as they are now; computed anew each time (milliseconds).</summary>
    string Hash { get; }

    /// <summary>Parameters and buffers by their published names.</summary>
    ParameterSet Weights { get; }

    /// <summary>What is trained, by its published name.</summary>
    IReadOnlyDictionary<string, Tensor> Parameters => Weights.Parameters;

    /// <summary>Steps after a reset whose output does not rest on as many frames as the network was trained with; they are computed from the frames there
    /// are.</summary>
    int WarmUpSteps { get; }

    /// <summary>Frames that <see cref="Forward"/> takes a window: k.</summary>
    int WindowFrames { get; }

    /// <summary>The state before the first frame.</summary>
    Tensor[] InitialState(int batch);

    /// <summary>
    /// One frame, pure: the same inputs and state give the same results, and nothing is changed. Evaluation mode; differentiable.
    /// </summary>
    /// <param name="inputs">One a spec'd input: images [N, C, H, W], vectors [N, variables], normalised.</param>
    /// <param name="state">The state before the frame.</param>
    /// <returns>Responses [N, U] and the state after the frame.</returns>
    (Tensor Output, Tensor[] State) Step(Tensor[] inputs, Tensor[] state);

    /// <summary>Windows of frames, for training: each gives the response at its last frame.</summary>
    /// <param name="windows">One a spec'd input: images [N, k, C, H, W], vectors [N, k, variables], normalised.</param>
    /// <param name="training">Batch statistics (the running ones change in place) and dropout, as PyTorch's train(); otherwise as <see cref="Step"/>.</param>
    /// <returns>Responses [N, U], or [N, k, U] where <see cref="AnswersEveryFrame"/>.</returns>
    Tensor Forward(Tensor[] windows, bool training);

    /// <summary>
    /// Whether <see cref="Forward"/> answers every frame of a window, [N, k, U], for any k; otherwise its last frame alone, for k =
    /// <see cref="WindowFrames"/>.
    /// </summary>
    bool AnswersEveryFrame => false;

    /// <summary>A training pass: batch statistics, dropout and sampling noise, and the network's own penalty.</summary>
    /// <param name="windows">As <see cref="Forward"/>.</param>
    /// <param name="context">Where random choices come from.</param>
    TrainingPass ForwardTraining(Tensor[] windows, TrainingContext context) => new(Forward(windows, training: true), null);

    /// <summary>Responses of chosen units for gradients by the inputs: what synthesis asks. Parameters as they are now; the network must outlive the probe, which the caller disposes.</summary>
    /// <exception cref="NetworkException">A unit is not of this network.</exception>
    IProbe Probe(ProbedUnits units)
    {
        units.Validate(Units);
        return new WholeProbe(this, units);
    }

    /// <summary>Sets what the network learns about its own sampling noise back to its beginning, as the foundation model does when a cycle of the schedule begins.</summary>
    void RestartNoise() { }

    /// <summary>A network of its own with the same spec and copies of the parameters as they are now, on a device. The caller disposes it.</summary>
    INetwork CopyTo(Device device);

    /// <summary>This network where it is on the device already; else a copy of it there, and this one is disposed.</summary>
    INetwork MovedTo(Device device)
    {
        if (device.Type == Weights.Device.Type && (device.IsCpu || device.Index == Weights.Device.Index)) return this;
        using (this) return CopyTo(device);
    }

    /// <summary>Records one step, for a batch of one, into a program: parameters as they are now, folded and packed.</summary>
    FrozenStep Freeze(Device device);
}
