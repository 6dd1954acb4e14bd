using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// A network that can take bins of this rig: its frozen step, the assembler of its inputs, the place of its last prediction, the descriptor under which
/// its predictions are published. Everything is built before the network becomes the live one, so that the change costs the loop nothing.
/// </summary>
public sealed class LoadedNetwork : IDisposable
{
    private readonly float[] _last;
    private int _stepsSinceReset;

    /// <summary>Binds a network to the rig's streams. The network is disposed with this object.</summary>
    /// <param name="step">The frozen network.</param>
    /// <param name="rig">The rig's streams and settings.</param>
    /// <exception cref="NetworkException">The network's inputs do not match the streams; every input that fails is named.</exception>
    public LoadedNetwork(IFrozenNetwork step, LoopSettings rig)
    {
        Step = step;
        Assembler = new InputAssembler(step.Inputs, rig.AlignedStreams, rig.Mapping);
        HashPrefix = PrefixOf(step.Hash);
        _last = new float[step.Units];
        Array.Fill(_last, float.NaN);
        Descriptor = new StreamDescriptor
        {
            Name = rig.PredictionStream,
            Kind = StreamKind.Prediction,
            DType = DType.F32,
            Shape = [step.Units],
            Units = ["count/bin"],
            Channels = [.. step.UnitIds],
            RateHz = (double)RigClock.SecondNs / rig.Bins.BinNs,
            Source = step.Name,
            NetworkHash = step.Hash,
            BinNs = rig.Bins.BinNs,
        };
        DescriptorJson = Descriptor.ToJson();
        Correlation = LiveCorrelation.For(step, rig);
    }

    /// <summary>The frozen network.</summary>
    public IFrozenNetwork Step { get; }
    /// <summary>Turns bins into its inputs.</summary>
    public InputAssembler Assembler { get; }
    /// <summary>The first 8 bytes of its hash, as bin records name it.</summary>
    public ulong HashPrefix { get; }
    /// <summary>What its predictions are published as.</summary>
    public StreamDescriptor Descriptor { get; }
    /// <summary>The descriptor as it goes out and into the session, UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> DescriptorJson { get; }
    /// <summary>Compares its predictions with recorded activity; null where the rig has none.</summary>
    public LiveCorrelation? Correlation { get; }
    /// <summary>The values of the fallback: what <see cref="Keep"/> was called with last, NaN before.</summary>
    public ReadOnlySpan<float> Last => _last;
    /// <summary>Whether the state has not yet seen enough bins for the last step's output.</summary>
    public bool IsWarmingUp => _stepsSinceReset <= Step.WarmUpSteps;

    /// <summary>Writes the observed bin's inputs into the network.</summary>
    public void WriteInputs()
    {
        for (var i = 0; i < Step.Inputs.Count; i++)
        {
            Assembler.Write(i, Step.Input(i));
        }
        _stepsSinceReset++;
    }

    /// <summary>Observes a bin and steps on it, without publishing anything: how a state is warmed from the past. False if an input is missing.</summary>
    public bool Follow(Bin bin)
    {
        if (Assembler.Observe(bin) == InputState.Missing)
        {
            return false;
        }
        WriteInputs();
        Step.Run();
        return true;
    }

    /// <summary>Takes the step's output over as the values of the next fallback.</summary>
    public void Keep() => Step.Output.CopyTo(_last);

    /// <summary>Sets the state back to the start; the inputs go on.</summary>
    public void ResetState()
    {
        Step.ResetState();
        _stepsSinceReset = 0;
    }

    /// <summary>Sets state, inputs and fallback back to the start.</summary>
    public void Reset()
    {
        ResetState();
        Assembler.Reset();
        Array.Fill(_last, float.NaN);
    }

    /// <summary>Steps on its mean input until code and caches are warm, then sets the state back.</summary>
    /// <param name="steps">How many steps at most.</param>
    /// <param name="budgetNs">For how long at most, ns; at least two steps are made.</param>
    /// <returns>The duration of the fastest step, ns.</returns>
    /// <exception cref="NetworkException">The output is not finite.</exception>
    public long WarmUp(int steps, long budgetNs)
    {
        for (var i = 0; i < Step.Inputs.Count; i++)
        {
            Step.Input(i).Clear();
        }
        var start = RigClock.Now;
        var fastest = long.MaxValue;
        for (var i = 0; i < steps && (i < 2 || RigClock.Now - start < budgetNs); i++)
        {
            var before = RigClock.Now;
            Step.Run();
            fastest = Math.Min(fastest, RigClock.Now - before);
        }
        var finite = IsFinite(Step.Output);
        Reset();
        return finite ? fastest : throw new NetworkException($"{Step.Name}: the prediction for the mean input is not finite");
    }

    /// <summary>Whether every value is a finite number.</summary>
    public static bool IsFinite(ReadOnlySpan<float> values)
    {
        // x * 0 is 0 for finite x and NaN for every other; a sum of zeros stays 0 and needs no branch.
        var vectors = MemoryMarshal.Cast<float, System.Numerics.Vector<float>>(values);
        var sum = System.Numerics.Vector<float>.Zero;
        foreach (var vector in vectors)
        {
            sum += vector * 0f;
        }
        var rest = System.Numerics.Vector.Sum(sum);
        for (var i = vectors.Length * System.Numerics.Vector<float>.Count; i < values.Length; i++)
        {
            rest += values[i] * 0f;
        }
        return rest == 0f;
    }

    /// <summary>The first 8 bytes of a hexadecimal hash as a big-endian number, so that its hexadecimal form is the hash's beginning.</summary>
    public static ulong PrefixOf(string hash)
    {
        Span<byte> bytes = stackalloc byte[8];
        return hash.Length >= 16 && Convert.FromHexString(hash.AsSpan(0, 16), bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? BinaryPrimitives.ReadUInt64BigEndian(bytes)
            : 0;
    }

    /// <summary>Disposes the network.</summary>
    public void Dispose() => Step.Dispose();
}
