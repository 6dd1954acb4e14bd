using System.Globalization;
using System.Text.Json;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The PyTorch side of a benchmark of training or synthesis steps: <c>python/training.py</c> as a child process that answers one line a command.</summary>
internal sealed class TrainingReference : ISide, IDisposable
{
    private readonly PythonScript _script;

    /// <param name="network">The script's name in <c>python/</c>.</param>
    /// <param name="weights">The weights before the first step, a .safetensors file.</param>
    /// <param name="batch">The batch, a .safetensors file.</param>
    /// <param name="threads">How many threads PyTorch may use.</param>
    /// <param name="options">What the network's script asks for.</param>
    /// <param name="keepsBlocks">Whether the C library keeps freed blocks, as the trainer tells it to: <see cref="Native.LibC.LargeBlocks"/>.</param>
    /// <exception cref="NotReadyException">Python or python3-torch is missing.</exception>
    public TrainingReference(string network, string weights, string batch, int threads, object options, bool keepsBlocks)
    {
        _script = new PythonScript("training.py", [network, weights, batch, $"{threads}", JsonSerializer.Serialize(options)], threads, keepsBlocks);
        var introduction = JsonDocument.Parse(_script.ReadLine()).RootElement;
        Form = $"PyTorch {introduction.GetProperty("torch").GetString()}, {introduction.GetProperty("form").GetString()}{(keepsBlocks ? "; freed blocks are kept" : "")}";
        TriedMs = introduction.GetProperty("tried_ms").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
    }

    public string Form { get; }

    /// <summary>The median of each form that was tried, ms.</summary>
    public IReadOnlyDictionary<string, double> TriedMs { get; }

    public void TakeSteps(Span<long> elapsedNs)
    {
        var numbers = _script.Ask($"step {elapsedNs.Length}").Split(' ');
        for (var i = 0; i < elapsedNs.Length; i++)
        {
            elapsedNs[i] = long.Parse(numbers[i], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The losses before the first steps of a fresh start.</summary>
    public double[] Losses(int steps) => [.. _script.Ask($"losses {steps}").Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    public void Dispose() => _script.Dispose();
}
