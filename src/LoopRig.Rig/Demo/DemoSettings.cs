using LoopRig.Core;
using LoopRig.Models.Xu;
using LoopRig.Simulation;
using LoopRig.Training;

namespace LoopRig.Rig.Demo;

/// <summary>What the demo does. Chosen so that two cores are done in minutes; nothing here is for the user to set.</summary>
internal sealed record DemoSettings
{
    private static readonly MouseOptions s_mouse = new();

    /// <summary>Simulated time that is recorded and learnt from, s.</summary>
    public double RecordedSeconds { get; init; } = 720;

    /// <summary>Real time for which the network predicts live, s.</summary>
    public int LiveSeconds { get; init; } = 35;

    /// <summary>Which animal.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Its neurons.</summary>
    public int Units { get; init; } = 48;

    /// <summary>How the network is trained: Xu et al.'s recipe with smaller batches, a larger step and fewer passes.</summary>
    public TrainingOptions Training { get; init; } = new() { Epochs = 8, Patience = 3, BatchSize = 64, Optimiser = new AdamConfig { LearningRate = 2e-3 }, Seed = 1 };

    /// <summary>The Xu structure, narrower than published (128, 64, 32 channels; 512 and 256 hidden).</summary>
    public static XuSpec Network(InputSpec[] inputs, string[] units) => new()
    {
        Inputs = inputs,
        UnitIds = units,
        Window = 1,
        OutputDelayBins = 1,
        ConvolutionChannels = [8, 16, 32],
        Hidden = 64,
        ShifterHidden = 64,
        Dropout = 0,
    };

    /// <summary>The network's inputs: the worldcam, {B+D} with products, and the shifter's four.</summary>
    public static InputSpec[] Inputs() =>
    [
        new() { Name = "image", Kind = InputKind.Image, Height = s_mouse.WorldcamHeight, Width = s_mouse.WorldcamWidth },
        new() { Name = "behaviour", Kind = InputKind.Vector, Variables = XuBehaviour.AllWithProducts },
        new() { Name = "shifter", Kind = InputKind.Vector, Variables = XuSpec.ShifterVariables },
    ];
}
