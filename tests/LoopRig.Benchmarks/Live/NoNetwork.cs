using LoopRig.Core;
using LoopRig.Inference;

namespace LoopRig.Benchmarks;

/// <summary>A network whose step does nothing, so that a run through the live loop measures the loop alone.</summary>
internal sealed class NoNetwork : IFrozenNetwork
{
    private readonly float[] _image = new float[LiveFrame.Height * LiveFrame.Width];
    private readonly float[] _output = new float[68];

    public string Name => "none";

    public string Hash => new('0', 64);

    public IReadOnlyList<InputSpec> Inputs { get; } = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = LiveFrame.Height, Width = LiveFrame.Width }];

    public IReadOnlyList<string> UnitIds { get; } = [.. Enumerable.Range(0, 68).Select(unit => $"{unit}")];

    public int Units => _output.Length;

    public int WarmUpSteps => 0;

    public int PredictionOffsetBins => 0;

    public ReadOnlySpan<float> Output => _output;

    public Span<float> Input(int index) => _image;

    public void Run()
    {
    }

    public void ResetState()
    {
    }

    public void Dispose()
    {
    }
}
