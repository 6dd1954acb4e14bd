namespace LoopRig.Torch;

/// <summary>
/// Frees, when disposed, every tensor that its thread made since it was opened, but those moved out. Scopes nest; the innermost collects.
/// For training code, whose temporaries are many: <c>using var scope = new Scope();</c>
/// </summary>
public sealed class Scope : IDisposable
{
    [ThreadStatic] private static Scope? s_current;
    private readonly List<Tensor> _tensors = [];
    private readonly Scope? _outer;
    private bool _disposed;

    /// <summary>Opens a scope on the calling thread.</summary>
    public Scope()
    {
        _outer = s_current;
        s_current = this;
    }

    /// <summary>Tensors that this scope would free now.</summary>
    public int Count => _tensors.Count(tensor => ReferenceEquals(tensor.Scope, this) && !tensor.IsClosed);

    /// <summary>Takes a tensor out of its scope: the caller disposes it.</summary>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        tensor.Scope = null;
        return tensor;
    }

    /// <summary>Hands a tensor to the scope around this one, or to the caller where there is none.</summary>
    /// <returns>The same tensor.</returns>
    public Tensor MoveToOuter(Tensor tensor)
    {
        tensor.Scope = null;
        _outer?.Add(tensor);
        return tensor;
    }

    /// <summary>Frees the collected tensors and reopens the scope around. Must be the innermost scope of its thread.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        if (!ReferenceEquals(s_current, this)) throw new InvalidOperationException("scopes close innermost first, on the thread that opened them");
        _disposed = true;
        s_current = _outer;
        foreach (var tensor in _tensors)
        {
            if (ReferenceEquals(tensor.Scope, this)) tensor.Dispose();
        }
        _tensors.Clear();
    }

    internal static void Register(Tensor tensor) => s_current?.Add(tensor);

    private void Add(Tensor tensor)
    {
        tensor.Scope = this;
        _tensors.Add(tensor);
    }
}
