using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Benchmarks;

/// <summary>Our side: a frozen step as the live loop takes it, the inputs copied into its buffers included.</summary>
internal sealed class FrozenSide(FrozenStep step, IReadOnlyList<Sequence> inputs) : ISide
{
    private int _frame;

    public string Form => "frozen step";

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var i = 0; i < elapsedNs.Length; i++)
        {
            var begin = RigClock.Now;
            Step(_frame);
            elapsedNs[i] = RigClock.Now - begin;
            _frame = (_frame + 1) % inputs[0].Frames;
        }
    }

    /// <summary>The outputs of the sequence's frames from <paramref name="first"/> on, from a fresh state.</summary>
    public float[] Outputs(int first, int count)
    {
        step.ResetState();
        var outputs = new float[count * step.Units];
        for (var frame = 0; frame < first + count; frame++)
        {
            Step(frame);
            if (frame >= first)
            {
                step.Output.CopyTo(outputs.AsSpan((frame - first) * step.Units));
            }
        }
        return outputs;
    }

    private void Step(int frame)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            inputs[i].Frame(frame).CopyTo(step.Input(i));
        }
        step.Run();
    }
}
