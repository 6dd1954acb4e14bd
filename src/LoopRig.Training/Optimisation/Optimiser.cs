using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training;

/// <summary>
/// Moves parameters by their gradients. A parameter without a gradient takes no part in a step, as in PyTorch: of several sessions that share a core, the
/// readouts of those that a batch is not of stay as they are, and count no step.
/// </summary>
public abstract class Optimiser : IDisposable
{
    private static readonly Op s_norm = Op.Get("aten::_foreach_norm", "Scalar");

    private readonly Tensor[]?[] _slots;
    private readonly long[] _steps;

    /// <summary>Begins with empty moments.</summary>
    /// <param name="parameters">What is trained; borrowed.</param>
    /// <param name="learningRate">Size of a step.</param>
    private protected Optimiser(IReadOnlyList<TrainedParameter> parameters, double learningRate)
    {
        Parameters = [.. parameters];
        LearningRate = learningRate;
        _slots = new Tensor[Parameters.Count][];
        _steps = new long[Parameters.Count];
    }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>Size of a step; may change between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>Names of the moments that are kept for each parameter.</summary>
    private protected abstract IReadOnlyList<string> Moments { get; }

    /// <summary>
    /// Moves every parameter that has a gradient and clears the gradients. When the gradient is not finite nothing moves.
    /// </summary>
    /// <returns>The norm of all gradients together, before any clipping.</returns>
    public double Step()
    {
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        var gradients = new Tensor?[Parameters.Count];
        // Parameters that have made equally many steps move in one call an operation.
        var groups = new SortedDictionary<long, List<int>>();
        for (int i = 0; i < gradients.Length; i++)
        {
            if ((gradients[i] = Parameters[i].Value.Grad) is null)
                continue;
            if (!groups.TryGetValue(_steps[i], out List<int>? group))
                groups.Add(_steps[i], group = []);
            group.Add(i);
        }
        Tensor[] present = [.. gradients.OfType<Tensor>()];
        double norm = present.Length == 0 ? 0 : F.Norm(F.Stack(s_norm.CallMany((Tensor?[])present, 2.0)!)).Item();
        if (double.IsFinite(norm))
        {
            foreach (List<int> group in groups.Values)
                MoveGroup([.. group], gradients);
        }
        ClearGradients();
        return norm;
    }

    /// <summary>Forgets the gradients.</summary>
    public void ClearGradients()
    {
        foreach (TrainedParameter parameter in Parameters)
            parameter.Value.Grad = null;
    }

    /// <summary>The moments of every parameter that has moved, as "NAME/MOMENT"; borrowed.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> State()
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            for (int slot = 0; slot < (_slots[i]?.Length ?? 0); slot++)
                yield return new($"{Parameters[i].Name}/{Moments[slot]}", _slots[i]![slot]);
        }
    }

    /// <summary>Steps of each parameter that has moved.</summary>
    internal Dictionary<string, long> Steps()
        => Parameters.Select((parameter, i) => (parameter.Name, Steps: _steps[i])).Where(static pair => pair.Steps > 0).ToDictionary(static pair => pair.Name, static pair => pair.Steps);

    /// <summary>Goes on from what <see cref="State"/> and <see cref="Steps"/> gave.</summary>
    /// <param name="moment">The values of a moment, copied.</param>
    /// <param name="steps">Steps by parameter.</param>
    internal void Restore(Func<string, Tensor> moment, IReadOnlyDictionary<string, long> steps)
    {
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        for (int i = 0; i < _slots.Length; i++)
        {
            if (!steps.TryGetValue(Parameters[i].Name, out _steps[i]))
                continue;
            Begin(scope, i);
            for (int slot = 0; slot < Moments.Count; slot++)
                _slots[i]![slot].CopyFrom(moment($"{Parameters[i].Name}/{Moments[slot]}"));
        }
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in _slots.OfType<Tensor[]>().SelectMany(static slots => slots))
            tensor.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves some parameters.</summary>
    /// <param name="parameters">Which.</param>
    /// <param name="values">Their values.</param>
    /// <param name="gradients">Their gradients, which may be changed in place.</param>
    /// <param name="moments">By moment, then parameter.</param>
    /// <param name="step">The step this is for each of them, from 1.</param>
    private protected abstract void Move(TrainedParameter[] parameters, Tensor[] values, Tensor[] gradients, Tensor[][] moments, long step);

    private void MoveGroup(int[] group, Tensor?[] gradients)
    {
        using var scope = new Scope();
        foreach (int i in group)
        {
            if (_slots[i] is null)
                Begin(scope, i);
            _steps[i]++;
        }
        TrainedParameter[] parameters = Array.ConvertAll(group, i => Parameters[i]);
        Tensor[][] moments = [.. Enumerable.Range(0, Moments.Count).Select(slot => Array.ConvertAll(group, i => _slots[i]![slot]))];
        Move(parameters, Array.ConvertAll(parameters, static parameter => parameter.Value), Array.ConvertAll(group, i => gradients[i]!), moments, _steps[group[0]]);
    }

    private void Begin(Scope scope, int i)
    {
        Tensor value = Parameters[i].Value;
        _slots[i] = [.. Moments.Select(_ => scope.Keep(Tensor.Zeros(value.Shape, value.Dtype, value.Device)))];
    }
}
