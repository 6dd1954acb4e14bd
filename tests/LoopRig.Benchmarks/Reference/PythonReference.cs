using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The PyTorch side: <c>python/reference.py</c> as a child process that answers one line a command (its head says the protocol).</summary>
internal sealed class PythonReference : IDisposable
{
    private readonly PythonScript _script;

    /// <param name="network">The script's name in <c>python/</c>.</param>
    /// <param name="weights">A .safetensors file or a PyTorch state dict.</param>
    /// <param name="inputs">A .safetensors file of input sequences.</param>
    /// <param name="threads">How many threads PyTorch may use.</param>
    /// <param name="options">What the network's script asks for.</param>
    /// <exception cref="NotReadyException">Python or python3-torch is missing.</exception>
    public PythonReference(string network, string weights, string inputs, int threads, object options)
    {
        _script = new PythonScript("reference.py", [network, weights, inputs, $"{threads}", JsonSerializer.Serialize(options)], threads);
        var introduction = JsonDocument.Parse(_script.ReadLine()).RootElement;
        TorchVersion = introduction.GetProperty("torch").GetString()!;
        Variants = introduction.GetProperty("variants").EnumerateObject().ToDictionary(v => v.Name, v => new Variant(this, v.Name, v.Value));
    }

    public string TorchVersion { get; }

    /// <summary>The sides by name; "reference" is the one that the ratio is against.</summary>
    public IReadOnlyDictionary<string, Variant> Variants { get; }

    public void Dispose() => _script.Dispose();

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
            var answer = _owner._script.Ask($"step {_name} {elapsedNs.Length}").AsSpan();
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
                _owner._script.Ask($"outputs {_name} {steps} {file}");
                return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
            }
            finally
            {
                File.Delete(file);
            }
        }
    }
}
