using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Stimulus.Live;

/// <summary>
/// A display whose flips come on a simulated clock: it shows one plan from its first frame to its last, as fast as frames are drawn and taken, with the shaders of
/// a real display, and publishes what a <see cref="DisplayAdapter"/> does. For simulations faster than real time.
/// </summary>
public sealed class SimulatedDisplay : IAdapter
{
    private const int FlipStream = 0;
    private const int FramesStream = 1;

    private readonly StimulusPlan _plan;
    private readonly bool _flipCode;
    private readonly long _startNs;
    private readonly FlipRecord[] _record = new FlipRecord[1];
    private readonly byte[] _frame;
    private readonly int[] _shape;

    /// <summary>Describes it; drawing begins with <see cref="Run"/>.</summary>
    /// <param name="options">Name, size of the frames stream, flip code; the rest is the plan's.</param>
    /// <param name="plan">What it shows.</param>
    /// <param name="startNs">The first flip, ns of the simulated rig clock; not 0, which asks outputs to stamp the real time.</param>
    public SimulatedDisplay(DisplayOptions options, StimulusPlan plan, long startNs)
    {
        (Name, _plan, _flipCode, _startNs) = (options.Name, plan, options.FlipCode, startNs);
        _shape = [options.FramesHeight, options.FramesWidth];
        _frame = new byte[options.FramesHeight * options.FramesWidth];
        Streams = [.. DisplayAdapter.Describe(options with { Monitor = plan.Geometry.Monitor, Window = false, Clock = DisplayClock.Free })];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Always 0: nothing is late on a simulated clock.</summary>
    public long Drops => 0;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using var display = new SurfacelessDisplay();
        using var renderer = new StimulusRenderer(display.Gl, _plan.Geometry);
        using var frames = _frame.Length > 0 ? new ReducedFrame(display.Gl, renderer, _shape[1], _shape[0]) : null;
        renderer.Prepare(_plan, stop);
        var periodNs = 1e9 / _plan.Geometry.Monitor.RefreshHz;
        var (at, shown) = (0, -1);
        for (var flip = 0; flip < _plan.Frames && !stop.IsCancellationRequested; flip++)
        {
            at = _plan.SegmentAt(flip, at);
            var segment = _plan.Segments[at];
            if (at != shown || _flipCode || !Stands(segment.Pattern))
            {
                renderer.Draw(segment.Pattern, flip - segment.FirstFrame);
                if (_flipCode)
                {
                    renderer.DrawFlipMark(flip);
                }
                frames?.ReadInto(_frame);
                shown = at;
            }
            Publish(output, flip, at, _startNs + (long)Math.Round(flip * periodNs));
        }
    }

    /// <summary>Nothing is held between runs.</summary>
    public void Dispose()
    {
    }

    // The same in every frame of its segment: drawn once.
    private static bool Stands(Pattern pattern) => pattern is UniformPattern or PicturePattern { Count: 1 };

    private void Publish(IStreamOutput output, int flip, int segment, long flippedNs)
    {
        _record[0] = new FlipRecord
        {
            Flip = flip,
            Segment = segment,
            Frame = flip,
            CommandedNs = _startNs,
            DrawnNs = flippedNs,
            FlippedNs = flippedNs,
            Refreshes = flip,
            Stamp = (long)StampSource.Finish,
            Answers = -1,
        };
        var header = FrameHeader.Samples(DType.I64, [FlipRecord.Channels.Length], flippedNs);
        header.HostTimeNs = flippedNs;
        output.Publish(FlipStream, header, MemoryMarshal.AsBytes(_record.AsSpan()));
        if (_frame.Length > 0)
        {
            header = FrameHeader.Samples(DType.U8, _shape, flippedNs);
            header.HostTimeNs = flippedNs;
            output.Publish(FramesStream, header, _frame);
        }
    }
}
