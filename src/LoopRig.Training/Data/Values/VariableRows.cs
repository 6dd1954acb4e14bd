using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>The variables of a vector input, made of series of behaviour as they are read: values, first differences a', products a*b.</summary>
internal sealed class VariableRows : IBinValues
{
    private readonly IReadOnlyList<int> _unbroken;
    private readonly bool _fromZero;
    private readonly (Factor First, Factor? Second)[] _terms;

    /// <summary>Finds the variables.</summary>
    /// <param name="input">Names them.</param>
    /// <param name="series">Behaviour by name, one value a bin.</param>
    /// <param name="unbroken">For each bin the bins up to and with it that follow each other: 1 where a stretch begins.</param>
    /// <param name="fromZero">The first difference of a stretch is taken from 0, as in the published code of Xu et al.; else it is 0, as in the live loop.</param>
    /// <param name="source">What the data are called in an error.</param>
    /// <exception cref="NetworkException">A variable is not among the series; it and they are named.</exception>
    public VariableRows(InputSpec input, IReadOnlyDictionary<string, float[]> series, IReadOnlyList<int> unbroken, bool fromZero, string source)
    {
        (_unbroken, _fromZero) = (unbroken, fromZero);
        _terms = Array.ConvertAll(input.Variables, variable =>
        {
            string[] factors = variable.Split('*');
            return factors.Length <= 2
                ? (Find(factors[0], input, series, source), factors.Length == 2 ? Find(factors[1], input, series, source) : (Factor?)null)
                : throw new NetworkException($"input {input.Name}: '{variable}' has more than two factors");
        });
    }

    public int Bins => _unbroken.Count;

    public int Length => _terms.Length;

    public void Read(int first, Span<float> destination)
    {
        for (int at = 0; at < destination.Length; at++)
        {
            int bin = first + at / _terms.Length;
            (Factor one, Factor? other) = _terms[at % _terms.Length];
            destination[at] = other is null ? Value(one, bin) : Value(one, bin) * Value(other.Value, bin);
        }
    }

    public void Dispose()
    {
    }

    private float Value(Factor factor, int bin)
    {
        if (!factor.Difference)
            return factor.Series[bin];
        return _unbroken[bin] > 1 ? factor.Series[bin] - factor.Series[bin - 1] : _fromZero ? factor.Series[bin] : 0;
    }

    // Some sets hold a difference as a column of its own.
    private static Factor Find(string name, InputSpec input, IReadOnlyDictionary<string, float[]> series, string source)
    {
        name = name.Trim();
        if (series.TryGetValue(name, out float[]? values))
            return new Factor(values, false);
        if (name.EndsWith('\'') && series.TryGetValue(name[..^1], out values))
            return new Factor(values, true);
        throw new NetworkException($"input {input.Name}: {source} has no variable '{name.TrimEnd('\'')}'; there are {string.Join(", ", series.Keys)}");
    }

    private readonly record struct Factor(float[] Series, bool Difference);
}
