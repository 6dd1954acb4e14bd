using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The PyTorch side: <c>python/reference.py</c> as a child process that answers one line a command (its head says the protocol).</summary>
internal sealed class PythonReference : IDisposable
{
    private const string Interpreter = "/usr/bin/python3"; // the one that Debian's python3-torch belongs to
    private readonly Process _process;
    private readonly string _script;

    /// <param name="network">The script's name in <c>python/</c>.</param>
    /// <param name="weights">A .safetensors file or a PyTorch state dict.</param>
    /// <param name="inputs">A .safetensors file of input sequences.</param>
    /// <param name="threads">How many threads PyTorch may use.</param>
    /// <param name="options">What the network's script asks for.</param>
    /// <exception cref="NotReadyException">Python or python3-torch is missing.</exception>
    public PythonReference(string network, string weights, string inputs, int threads, object options)
    {
        _script = Path.Combine(AppContext.BaseDirectory, "python", "reference.py");
        var start = new ProcessStartInfo(Interpreter) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = false };
        foreach (var argument in (string[])[_script, network, weights, inputs, $"{threads}", JsonSerializer.Serialize(options)])
        {
            start.ArgumentList.Add(argument);
        }
        // OpenBLAS has threads of its own that PyTorch does not govern: left alone, "one thread" would use them all, and with two they fight over the
        // cores with OpenMP's, both spinning: the slowest steps then take 100 ms. One is the faster choice in both cases.
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new NotReadyException($"{Interpreter} does not start: install python3-torch (apt-get install python3-torch)", exception);
        }
        var introduction = JsonDocument.Parse(ReadLine()).RootElement;
        TorchVersion = introduction.GetProperty("torch").GetString()!;
        Variants = introduction.GetProperty("variants").EnumerateObject().ToDictionary(v => v.Name, v => new Variant(this, v.Name, v.Value));
    }

    public string TorchVersion { get; }

    /// <summary>The sides by name; "reference" is the one that the ratio is against.</summary>
    public IReadOnlyDictionary<string, Variant> Variants { get; }

    public void Dispose()
    {
        _process.StandardInput.Close(); // the script ends at the end of its input
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
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
        ?? throw new NotReadyException($"{_script} ended early; its message is above (python3-torch and python3-numpy are needed)");

    /// <summary>One computation of the same outputs, in the fastest of the forms that were tried for it.</summary>
    internal sealed class Variant : ISide
    {
        private readonly PythonReference _owner;
        private readonly string _name;

        internal Variant(PythonReference owner, string name, JsonElement introduction)
        {
            (_owner, _name) = (owner, name);
            Form = $"eager PyTorch {owner.TorchVersion}, inference mode, {introduction.GetProperty("form").GetString()}";
            TriedMs = introduction.GetProperty("tried_ms").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
        }

        public string Form { get; }

        /// <summary>The median of each form that was tried, ms.</summary>
        public IReadOnlyDictionary<string, double> TriedMs { get; }

        public void TakeSteps(Span<long> elapsedNs)
        {
            var answer = _owner.Ask($"step {_name} {elapsedNs.Length}").AsSpan();
            var i = 0;
            foreach (var range in answer.Split(' '))
            {
                elapsedNs[i++] = long.Parse(answer[range], CultureInfo.InvariantCulture);
            }
        }

        /// <summary>The outputs of the first <paramref name="steps"/> steps, one after the other.</summary>
        public float[] Outputs(int steps)
        {
            var file = Path.GetTempFileName();
            try
            {
                _owner.Ask($"outputs {_name} {steps} {file}");
                return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
            }
            finally
            {
                File.Delete(file);
            }
        }
    }
}
