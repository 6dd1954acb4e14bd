using LoopRig.Torch;

namespace LoopRig.Benchmarks;

/// <summary>What one eager operator call costs: the sum of two numbers, so that all of it is the way there and back.</summary>
internal sealed class TensorCall : IBenchmark
{
    public string Name => "tensor-call";

    public string Description => "one eager operator call (adding two one-element tensors), and its managed bytes, against PyTorch from Python";

    public IReadOnlyList<int> Threads => [1];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        LibTorch.NumThreads = threads;
        using var folder = new WorkFolder();
        var empty = folder.Write("empty.safetensors", []);
        using var ours = new AddSide();
        using var python = new PythonReference("tensor_call", empty, empty, threads, new { calls = AddSide.Calls });
        var reference = python.Variants["reference"];
        var comparison = InterleavedRun.Measure(ours, reference)[0];
        var bytes = ours.BytesPerCall();
        var result = Result.Against(Name, "add", threads, reference.Form, comparison, null);
        result.Json["bytes_per_call"] = Result.Round(bytes);
        result.Json["calls_a_step"] = AddSide.Calls;
        result.Json["call_us"] = Result.Round(comparison.OursMs.P50 * 1e3 / AddSide.Calls);
        result.Json["reference_call_us"] = Result.Round(comparison.ReferenceMs.P50 * 1e3 / AddSide.Calls);
        return
        [
            result with
            {
                Lines =
                [
                    .. result.Lines,
                    $"  a call: {comparison.OursMs.P50 * 1e3 / AddSide.Calls:0.000} us and {bytes:0.#} managed bytes (its handle), PyTorch from Python "
                        + $"{comparison.ReferenceMs.P50 * 1e3 / AddSide.Calls:0.000} us; a step above is {AddSide.Calls} calls",
                ],
            },
        ];
    }

    private sealed class AddSide : ISide, IDisposable
    {
        public const int Calls = 200;
        private readonly Tensor _a = Tensor.Ones(1);
        private readonly Tensor _b = Tensor.Ones(1);

        public string Form => "LoopRig.Torch, inference mode";

        public void TakeSteps(Span<long> elapsedNs)
        {
            using var inference = new InferenceMode();
            for (var i = 0; i < elapsedNs.Length; i++)
            {
                var begin = Core.RigClock.Now;
                for (var call = 0; call < Calls; call++)
                {
                    using var sum = _a + _b;
                }
                elapsedNs[i] = Core.RigClock.Now - begin;
            }
        }

        public double BytesPerCall()
        {
            var elapsed = new long[1000];
            var before = GC.GetAllocatedBytesForCurrentThread();
            TakeSteps(elapsed);
            return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / (elapsed.Length * Calls);
        }

        public void Dispose()
        {
            _a.Dispose();
            _b.Dispose();
        }
    }
}
