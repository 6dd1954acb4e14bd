using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Moves one optimised tensor against its gradient, with what the optimiser remembers of it. Stimuli lie along the first dimension.</summary>
internal sealed class StepRule : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly SynthesisPreset _preset;
    private readonly Tensor? _first, _second;

    /// <summary>Begins with nothing remembered.</summary>
    internal StepRule(SynthesisPreset preset, Tensor like)
    {
        _preset = preset;
        using NoGrad guard = new();
        using Scope scope = new();
        Tensor Zeros() => scope.Keep(Tensor.Zeros(like.Shape, like.Dtype, like.Device));
        bool adam = preset.Optimiser == OptimiserKind.Adam;
        if (adam || preset.Momentum > 0) _first = Zeros();
        if (adam) _second = Zeros();
    }

    /// <summary>What is remembered, to be saved and restored.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Memory()
    {
        if (_first is not null) yield return ("first", _first);
        if (_second is not null) yield return ("second", _second);
    }

    /// <summary>Takes a step in place.</summary>
    /// <param name="x">What moves.</param>
    /// <param name="gradient">Of what is to fall.</param>
    /// <param name="rates">Size of the step, [N, 1, ...] of x's rank, or one number.</param>
    /// <param name="step">From 0.</param>
    internal void Take(Tensor x, Tensor gradient, Tensor rates, int step)
    {
        if (_preset.Decay != 0) gradient += _preset.Decay * x;
        if (_preset.Optimiser == OptimiserKind.Sgd)
        {
            if (_first is not null)
            {
                _first.MulInPlace(_preset.Momentum);
                _first.AddInPlace(gradient);
                gradient = _first;
            }
            x.AddInPlace(gradient * rates, -1);
            return;
        }
        (double beta1, double beta2) = (_preset.Beta1, _preset.Beta2);
        _first!.MulInPlace(beta1);
        _first.AddInPlace(gradient, 1 - beta1);
        _second!.MulInPlace(beta2);
        _second.AddInPlace(F.Square(gradient), 1 - beta2);
        double first = 1 - Math.Pow(beta1, step + 1), second = 1 - Math.Pow(beta2, step + 1);
        Tensor size = F.Sqrt(_second) * (1 / Math.Sqrt(second)) + Epsilon;
        x.AddInPlace(_first * rates / size, -1 / first);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first?.Dispose();
        _second?.Dispose();
    }
}
