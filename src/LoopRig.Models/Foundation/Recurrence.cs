using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// The recurrent part of one stream's core. Both cells see x = tanh(other groups' state + features + modulation), each term projected with a gain of one
/// over the square root of their number, joined with the state group by group; their hidden state is projected out.
/// </summary>
internal sealed class Recurrence : IDisposable
{
    private const string Name = "core.recurrent";

    private readonly FoundationSpec _spec;
    private readonly InterGroup? _between;
    private readonly StreamLayer _features, _out;
    private readonly StreamLayer? _modulation;
    private readonly IRecurrentCell _cell;

    internal Recurrence(ParameterSet parameters, FoundationSpec spec, int stream)
    {
        _spec = spec;
        (int groups, int hidden) = (spec.RecurrentGroups, spec.RecurrentHidden);
        int terms = 1 + (groups > 1 ? 1 : 0) + (spec.Behaviour is null ? 0 : 1), next = 0;
        double gain = Math.Pow(terms, -0.5);
        if (groups > 1) _between = new InterGroup(parameters, $"{Name}.proj_x.{next++}", stream, hidden, groups, gain);
        _features = new StreamLayer(parameters, $"{Name}.proj_x.{next++}", stream, [hidden, spec.FeedforwardOut, 1, 1, 1], groups, gain);
        if (spec.Behaviour is not null) _modulation = new StreamLayer(parameters, $"{Name}.proj_x.{next}", stream, [hidden, spec.ModulationCells, 1, 1, 1], groups, gain, bias: null);
        _cell = spec.Recurrent == RecurrentKind.CvtLstm ? new CvtLstm(parameters, spec, Name, stream) : new ConvLstm(parameters, spec, Name, stream);
        _out = new StreamLayer(parameters, $"{Name}.out", stream, [spec.CoreOut, hidden, 1, 1, 1]);
    }

    /// <summary>The state's shapes for a batch: h and c.</summary>
    internal static IEnumerable<long[]> StateShapes(FoundationSpec spec, long batch)
    {
        (int rows, int columns) = spec.CoreSize();
        return [[batch, spec.RecurrentHidden, rows, columns], [batch, spec.RecurrentHidden, rows, columns]];
    }

    /// <summary>Features of all frames [B, C, H, W], modulation [B, cells] and the state before to the core's output [B, O, H, W] and the state after.</summary>
    /// <param name="features">Sequences one after the other, B = N frames.</param>
    /// <param name="modulation">Null without modulation.</param>
    /// <param name="hidden">h, [N, hidden, H, W].</param>
    /// <param name="cell">c, [N, hidden, H, W].</param>
    /// <param name="training">Whether dropout masks are drawn.</param>
    internal (Tensor Output, Tensor Hidden, Tensor Cell) Forward(Tensor features, Tensor? modulation, Tensor hidden, Tensor cell, bool training)
    {
        Tensor drive = _features.Convolve(features); // [B, hidden, H, W]
        if (_modulation is not null) drive += _modulation.Linear(modulation!).Reshape(-1, _spec.RecurrentHidden, 1, 1);
        Tensor? between = _between?.Fold();
        Tensor? inputMask = Mask(hidden, training), hiddenMask = Mask(hidden, training);
        int frames = (int)(features.Size(0) / hidden.Size(0));
        // One frame is not taken apart, so that a frozen step has no more calls than it needs.
        Tensor? sequences = frames == 1 ? null : drive.Reshape([-1, frames, .. drive.Shape[1..]]); // [N, T, hidden, H, W]
        Tensor Joined(int t, Tensor h)
        {
            Tensor x = sequences?.Select(1, t) ?? drive;
            if (between is not null) x = F.Conv2d(h, between) + x;
            x = F.Tanh(x);
            return ChannelGroups.Join([inputMask is null ? x : x * inputMask, h], _spec.RecurrentGroups);
        }
        (Tensor[] all, Tensor last) = _cell.Run(Joined, frames, hidden, cell, hiddenMask);
        Tensor output = _out.Convolve(frames == 1 ? all[0] : F.Stack(all, 1).Flatten(0, 1));
        return (output, all[^1], last);
    }

    /// <summary>Frees the constants; the parameters are their set's.</summary>
    public void Dispose() => _between?.Dispose();

    // Whole channels, drawn once and held for the sequence.
    private Tensor? Mask(Tensor hidden, bool training)
    {
        double rate = _spec.RecurrentDropout;
        if (!training || rate == 0) return null;
        return F.Dropout(Tensor.Ones([hidden.Size(0), hidden.Size(1), 1, 1], ScalarType.Float32, hidden.Device), rate, training: true);
    }
}
