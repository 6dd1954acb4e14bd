namespace LoopRig.Benchmarks;

/// <summary>One benchmark of <c>looprig bench</c>: measures, and reports each case against its reference in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>One line for <c>--list</c>.</summary>
    string Description { get; }

    /// <summary>The counts of libtorch threads that it is measured with, unless <c>--threads</c> says otherwise; empty where threads play no part.</summary>
    IReadOnlyList<int> Threads { get; }

    /// <summary>What may be given behind the name, in words; null where there is nothing to give.</summary>
    string? InputName => null;

    /// <summary>Measures with <paramref name="threads"/> threads; yields a result a case, the leading case first.</summary>
    /// <param name="threads">Threads of libtorch.</param>
    /// <param name="input">What was given behind the name; null: the default.</param>
    /// <exception cref="Core.RigConfigException">The input is not there.</exception>
    /// <exception cref="Core.LoopRigException">The sides do not agree, or something that is needed is missing.</exception>
    IEnumerable<Result> Run(int threads, string? input);
}
