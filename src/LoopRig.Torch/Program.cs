using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>The pure step that a <see cref="Program"/> freezes: outputs and next state from inputs and state.</summary>
public delegate (Tensor[] Outputs, Tensor[] State) Step(Tensor[] inputs, Tensor[] state);

/// <summary>
/// A frozen step. The step function runs once while its operators are recorded; what depends on neither inputs nor state becomes a
/// constant, batch norm is folded into its neighbours and weights are prepacked, so later changes of the parameters do not reach the
/// program. A run is one native call between fixed buffers and allocates no managed memory. With the same inputs, state and thread count
/// it gives the same bits. Use it from one thread at a time. On CUDA a run is one replayed graph: one copy of all inputs from pinned memory,
/// the step, one copy of all outputs back.
/// </summary>
public sealed unsafe class Program : SafeHandle
{
    private readonly Buffer[] _inputs;
    private readonly Buffer[] _outputs;
    private readonly int _states;

    private Program(nint handle, string[] inputs, int outputs, int states) : base(0, ownsHandle: true)
    {
        SetHandle(handle);
        InputNames = inputs;
        _inputs = [.. Enumerable.Range(0, inputs.Length).Select(i => new Buffer(this, BufferKind.Input, i))];
        _outputs = [.. Enumerable.Range(0, outputs).Select(i => new Buffer(this, BufferKind.Output, i))];
        _states = states;
    }

    private enum BufferKind
    {
        Input = 0,
        Output = 1,
        State = 2,
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Names of the inputs, in order.</summary>
    public IReadOnlyList<string> InputNames { get; }

    /// <summary>Number of outputs.</summary>
    public int Outputs => _outputs.Length;

    /// <summary>Number of state tensors.</summary>
    public int States => _states;

    /// <summary>The calls that a run makes, one a line: for tests and for those who wonder what was folded.</summary>
    public string Listing
    {
        get
        {
            byte* text;
            Status.Check(NativeMethods.lr_program_listing(Handle, &text));
            return Marshal.PtrToStringUTF8((nint)text) ?? "";
        }
    }

    /// <summary>Whether runs add up the time of each call, see <see cref="CallTimesNs"/>; turning it on begins from zero. It costs some 0.5 us a call. Not on CUDA.</summary>
    public bool TimesCalls
    {
        get;
        set
        {
            Status.Check(NativeMethods.lr_program_time_calls(Handle, value ? 1 : 0));
            field = value;
        }
    }

    /// <summary>The time of each call, a line of <see cref="Listing"/>, summed over the runs since <see cref="TimesCalls"/> was turned on: nanoseconds of the processor on the thread that called, so that what else the
    /// machine does is not counted.</summary>
    public IReadOnlyList<(string Call, long Nanoseconds)> CallTimesNs
    {
        get
        {
            long* nanoseconds;
            int count;
            Status.Check(NativeMethods.lr_program_call_times(Handle, &nanoseconds, &count));
            var calls = Listing.Split('\n');
            return [.. new ReadOnlySpan<long>(nanoseconds, count).ToArray().Select((time, i) => (calls[i], time))];
        }
    }

    private nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Freezes a step.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="inputs">Names, and examples that give shape and element type.</param>
    /// <param name="initialState">The state before the first step; copied.</param>
    /// <param name="step">Called once on this thread, in inference mode. It may only compute with operators: no random numbers, no writing in place, no looking at elements.</param>
    /// <param name="optimised">Off, the calls are kept as they were recorded: the reference of the tests.</param>
    /// <exception cref="TorchException">The step does what a frozen step cannot repeat, or a state changes its shape.</exception>
    public static Program Record(Device device, IReadOnlyList<(string Name, Tensor Example)> inputs, IReadOnlyList<Tensor> initialState, Step step, bool optimised = true)
    {
        var examples = inputs.Select(input => input.Example.Handle).ToArray();
        var initial = initialState.Select(state => state.Handle).ToArray();
        var stepInputs = new nint[examples.Length];
        var stepState = new nint[initial.Length];
        nint program;
        int outputs;
        if (device.IsCuda) Cuda.Load();
        using var scope = new Scope();
        fixed (nint* e = examples, i = initial, si = stepInputs, ss = stepState)
            Status.Check(NativeMethods.lr_record_begin(e, examples.Length, i, initial.Length, device.Type, device.IsCpu ? -1 : device.Index, si, ss));
        try
        {
            var (results, next) = step(Array.ConvertAll(stepInputs, Tensor.Take), Array.ConvertAll(stepState, Tensor.Take));
            var resultHandles = Array.ConvertAll(results, tensor => tensor.Handle);
            var nextHandles = Array.ConvertAll(next, tensor => tensor.Handle);
            outputs = results.Length;
            fixed (nint* r = resultHandles, n = nextHandles)
                Status.Check(NativeMethods.lr_record_end(r, resultHandles.Length, n, nextHandles.Length, optimised ? 1 : 0, &program));
        }
        catch
        {
            _ = NativeMethods.lr_record_cancel();
            throw;
        }
        GC.KeepAlive(inputs);
        GC.KeepAlive(initialState);
        if (device.IsCuda && NativeMethods.lr_cuda_program_capture(program) != 0)
        {
            string message = Status.LastMessage();
            _ = NativeMethods.lr_program_free(program);
            throw new TorchException($"the step cannot be captured as a CUDA graph: {message}");
        }
        return new Program(program, [.. inputs.Select(input => input.Name)], outputs, initial.Length);
    }

    /// <summary>Where to write input <paramref name="index"/> before a run; the same memory always.</summary>
    public Span<float> Input(int index) => Input<float>(index);

    /// <summary>Where to write input <paramref name="index"/> of that element type before a run; the same memory always.</summary>
    public Span<T> Input<T>(int index) where T : unmanaged => _inputs[index].Span<T>(this);

    /// <summary>Output <paramref name="index"/> of the last run; the next run overwrites it.</summary>
    public ReadOnlySpan<float> Output(int index) => _outputs[index].Span<float>(this);

    /// <summary>Shape of output <paramref name="index"/>.</summary>
    public IReadOnlyList<long> OutputShape(int index) => _outputs[index].Shape;

    /// <summary>One step: reads inputs and state, writes outputs and the next state.</summary>
    /// <exception cref="TorchException">A call failed; outputs and state are those of the step before.</exception>
    public void Run()
    {
        if (NativeMethods.lr_program_run(Handle) != 0) Status.Throw();
    }

    /// <summary>Returns to the initial state.</summary>
    public void ResetState() => Status.Check(NativeMethods.lr_program_reset(Handle));

    /// <summary>A copy of the state that the next run reads: for replay, and for the warm start of a swapped network.</summary>
    public float[][] ReadState()
    {
        var values = new float[_states][];
        for (int i = 0; i < _states; i++)
        {
            using var state = Borrow(BufferKind.State, i);
            values[i] = state.ToArray();
        }
        return values;
    }

    /// <summary>Sets the state that the next run reads.</summary>
    /// <exception cref="ArgumentException">Another number of tensors or elements.</exception>
    public void WriteState(IReadOnlyList<float[]> values)
    {
        if (values.Count != _states) throw new ArgumentException($"the program has {_states} state tensors, not {values.Count}", nameof(values));
        using var inference = new InferenceMode();
        for (int i = 0; i < _states; i++)
        {
            using var state = Borrow(BufferKind.State, i);
            using var given = Tensor.FromSpan<float>(values[i], state.Shape);
            state.CopyFrom(given);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeMethods.lr_program_free(handle) == 0;

    private Tensor Borrow(BufferKind kind, int index)
    {
        nint buffer;
        Status.Check(NativeMethods.lr_program_buffer(Handle, (int)kind, index, &buffer));
        return Tensor.Take(buffer);
    }

    /// <summary>A buffer's address, which the program fixes for its life.</summary>
    private sealed class Buffer
    {
        private readonly void* _data;
        private readonly int _elements;
        private readonly ScalarType _type;

        public Buffer(Program program, BufferKind kind, int index)
        {
            using var tensor = program.Borrow(kind, index);
            _data = tensor.DataPointer();
            _elements = checked((int)tensor.Elements);
            _type = tensor.Dtype;
            Shape = tensor.Shape;
        }

        public IReadOnlyList<long> Shape { get; }

        public Span<T> Span<T>(Program program) where T : unmanaged
        {
            ObjectDisposedException.ThrowIf(program.IsClosed, program);
            if (ScalarTypes.Of<T>() != _type) throw new ArgumentException($"the buffer holds {_type}, not {typeof(T).Name}");
            return new Span<T>(_data, _elements);
        }
    }
}
