using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The PyTorch side of a training benchmark: <c>python/training.py</c> as a child process that answers one line a command.</summary>
internal sealed class TrainingReference : ISide, IDisposable
{
    private const string Interpreter = "/usr/bin/python3";
    private readonly Process _process;

    /// <param name="network">The script's name in <c>python/</c>.</param>
    /// <param name="weights">The weights before the first step, a .safetensors file.</param>
    /// <param name="batch">The batch, a .safetensors file.</param>
    /// <param name="threads">How many threads PyTorch may use.</param>
    /// <param name="options">What the network's script asks for.</param>
    /// <param name="keepsBlocks">Whether the C library keeps freed blocks, as the trainer tells it to: <see cref="Native.LibC.LargeBlocks"/>.</param>
    /// <exception cref="NotReadyException">Python or python3-torch is missing.</exception>
    public TrainingReference(string network, string weights, string batch, int threads, object options, bool keepsBlocks)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "python", "training.py"), network, weights, batch, $"{threads}", JsonSerializer.Serialize(options)];
        var start = new ProcessStartInfo(Interpreter, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Both sides alike: OpenBLAS's own threads would fight with OpenMP's over the cores.
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        if (keepsBlocks)
        {
            start.Environment["MALLOC_MMAP_MAX_"] = "0";
            start.Environment["MALLOC_TRIM_THRESHOLD_"] = $"{nuint.MaxValue}";
            start.Environment["MALLOC_ARENA_MAX"] = "1";
        }
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new NotReadyException($"{Interpreter} does not start: install python3-torch (apt-get install python3-torch)", exception);
        }
        var introduction = JsonDocument.Parse(ReadLine()).RootElement;
        Form = $"PyTorch {introduction.GetProperty("torch").GetString()}, {introduction.GetProperty("form").GetString()}{(keepsBlocks ? "; freed blocks are kept" : "")}";
        TriedMs = introduction.GetProperty("tried_ms").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
    }

    public string Form { get; }

    /// <summary>The median of each form that was tried, ms.</summary>
    public IReadOnlyDictionary<string, double> TriedMs { get; }

    public void TakeSteps(Span<long> elapsedNs)
    {
        var numbers = Ask($"step {elapsedNs.Length}").Split(' ');
        for (var i = 0; i < elapsedNs.Length; i++)
        {
            elapsedNs[i] = long.Parse(numbers[i], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The losses before the first steps of a fresh start.</summary>
    public double[] Losses(int steps) => [.. Ask($"losses {steps}").Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    public void Dispose()
    {
        _process.StandardInput.Close(); // the script ends at the end of its input
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new NotReadyException("python/training.py ended early; its message is above (python3-torch and python3-numpy are needed)");
}
