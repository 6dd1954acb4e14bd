using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.LibC;
using LoopRig.Native.Zmq;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Pictures;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Stimulus.Live;

/// <summary>
/// A rig's display: a thread that owns the window, shows what commands ask for, and publishes a record a flip (NAME) and, where asked for, what was shown
/// (NAME/frames). The session so holds when every frame was commanded, drawn and flipped.
/// </summary>
public sealed class DisplayAdapter : IAdapter
{
    private const int ProbeWidth = 32;
    private const int ProbeHeight = 18;
    private const int FlipStream = 0;
    private const int FramesStream = 1;

    private readonly DisplayOptions _options;
    private readonly string[] _names;
    private readonly StimulusPlan[] _plans;
    private readonly PictureLibrary _pictures = new();
    private readonly Presentation _presentation;
    private readonly SafetyGate _safety;
    private readonly byte[] _probe = new byte[ProbeWidth * ProbeHeight];
    private readonly byte[] _frame;
    private readonly FlipRecord[] _record = new FlipRecord[1];
    private readonly SlotRing _changes = new(256, Unsafe.SizeOf<ShownStimulus>());
    private FrameAnswer _answer = new();
    private int _shows = int.MinValue; // the first flip is a change
    private long _flip, _heardNs, _flippedNs;

    /// <summary>Works the stimuli out, loads their pictures and opens the command socket; the window is opened by <see cref="Run"/>.</summary>
    /// <param name="options">What it shows, and how.</param>
    /// <param name="context">For commands from the wire.</param>
    /// <param name="stop">Ends the loading, which of noise that is drawn anew for each repeat takes long.</param>
    /// <exception cref="RigConfigException">A stimulus cannot be shown as asked.</exception>
    /// <exception cref="DeviceException">The command endpoint is in use.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public DisplayAdapter(DisplayOptions options, ZmqContext? context, CancellationToken stop = default)
    {
        _options = options;
        _names = [.. options.Stimuli.Keys];
        var pictures = new PictureFiles();
        _plans = [.. options.Stimuli.Values.Select(s => s.Plan(options.Monitor, pictures))];
        foreach (var plan in _plans)
        {
            _pictures.Load(plan, stop);
        }
        _presentation = new Presentation(_plans);
        _safety = new SafetyGate(options.Safety, options.Monitor.RefreshHz);
        _frame = new byte[options.FramesWidth * options.FramesHeight];
        Watch = new FlipWatch(options.Monitor.RefreshHz);
        Commands = new CommandInbox(_names, context, options.CommandEndpoint);
        Seconds = [.. _plans.Select(static plan => plan.Seconds)];
        Streams = [.. Describe(options)];
        // Compiled here, and not when a controller asks first.
        Change(default);
        TryTakeChange(out _);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Always 0: missed refreshes are in the records.</summary>
    public long Drops => 0;

    /// <summary>What can be asked for, in the order of their numbers.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Takes commands.</summary>
    public CommandInbox Commands { get; }

    /// <summary>Judges the timing.</summary>
    public FlipWatch Watch { get; }

    /// <summary>Measures how soon it answers.</summary>
    public AnswerWatch Answers { get; } = new();

    /// <summary>How long each stimulus takes, s, in the order of their numbers.</summary>
    public IReadOnlyList<double> Seconds { get; }

    /// <summary>Commands that a newer one replaced before they were shown, or that found no room.</summary>
    public long Replaced => _presentation.Replaced;

    /// <summary>When it flipped last, ns of the rig clock; 0: not yet. Any thread may ask.</summary>
    public long FlippedNs => Volatile.Read(ref _flippedNs);

    /// <summary>Takes the oldest change of what it shows that was not taken yet; false: there is none. One thread may ask; when nobody does, the first 256 are kept.</summary>
    public bool TryTakeChange(out ShownStimulus change)
    {
        if (!_changes.TryPeek(out _, out var slot))
        {
            change = default;
            return false;
        }
        change = MemoryMarshal.Read<ShownStimulus>(slot);
        _changes.Advance();
        return true;
    }

    /// <summary>What it shows on; empty before it runs.</summary>
    public string Description { get; private set; } = "";

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using IDisplay display = _options.Window
            ? new WindowDisplay(_options.Monitor.WidthPx, _options.Monitor.HeightPx, _options.Screen, _options.Clock == DisplayClock.Vsync)
            : new SurfacelessDisplay();
        using var renderer = new StimulusRenderer(display.Gl, new MonitorGeometry(_options.Monitor), _pictures);
        using var probe = new ReducedFrame(display.Gl, renderer, ProbeWidth, ProbeHeight);
        using var frames = _frame.Length > 0 ? new ReducedFrame(display.Gl, renderer, _options.FramesWidth, _options.FramesHeight) : null;
        Description = display.Description;
        foreach (var plan in _plans)
        {
            renderer.Prepare(plan, stop);
        }
        using var pacer = new Pacer(stop);
        Begin();
        var (periodNs, start, slot) = (1e9 / _options.Monitor.RefreshHz, RigClock.Now, 0L);
        while (!stop.IsCancellationRequested)
        {
            TakeCommands();
            EndWhenSilent(output);
            var drawn = Draw(renderer, probe, output);
            if (_options.Clock == DisplayClock.Paced)
            {
                // A slot that has passed is missed, as on a screen: the next one that comes is taken.
                slot = Math.Max(slot + 1, (long)Math.Ceiling((RigClock.Now - start) / periodNs));
                pacer.WaitUntil(start + (long)(slot * periodNs));
            }
            var stamp = display.Show(renderer);
            Publish(output, stamp);
            Tell(drawn, stamp);
            if (frames is not null)
            {
                PublishFrame(output, frames, stamp);
            }
            if (display.IsLost)
            {
                throw new DeviceException(Name, $"{Description}: the window was closed, or its screen unplugged");
            }
            _flip++;
        }
        renderer.DrawUniform(Pattern.Gray);
        display.Show(renderer);
    }

    /// <summary>Closes the command socket.</summary>
    public void Dispose() => Commands.Dispose();

    // Whoever asks for stimuli has stalled: what it asked for last must not stay on for ever.
    private void EndWhenSilent(IStreamOutput output)
    {
        var limit = _options.Safety.MostSilenceSeconds;
        if (limit > 0 && _presentation.Plan is not null && RigClock.Now - _heardNs > limit * RigClock.SecondNs)
        {
            output.Report(FlipStream, new SourceReport(SourceReportKind.Gap, _heardNs, RigClock.Now, 0, $"safety: no command and no decision for {limit} s; the safe screen is shown"));
            _presentation.Clear();
        }
    }

    private void Begin()
    {
        _heardNs = RigClock.Now;
        if (_options.First is { } first)
        {
            _presentation.Take(new DisplayCommand(Array.IndexOf(_names, first), CommandPolicy.Queued, RigClock.Now));
        }
    }

    private void TakeCommands()
    {
        // First the answer, then what was commanded before it: a flip never names a bin whose commands it does not know.
        if (Commands.TryTakeAnswer(out var answer))
        {
            _answer = answer;
            // Of a controller that rests or fails nothing is heard: what it asked for last would stay on for ever.
            _heardNs = answer.Decided ? RigClock.Now : _heardNs;
        }
        while (Commands.TryTake(out var command))
        {
            if (command.Stimulus < DisplayCommand.Gray)
            {
                continue; // a rehearsal's
            }
            _heardNs = RigClock.Now;
            _presentation.Take(command);
        }
        var shown = _presentation.Stimulus;
        _presentation.Advance();
        if (shown >= 0 && _presentation.Plan is null && !_presentation.IsFirst && _options.Repeat)
        {
            _presentation.Take(new DisplayCommand(shown, CommandPolicy.Queued, RigClock.Now));
            _presentation.Advance();
        }
        if (_presentation.IsFirst)
        {
            _safety.Begin();
        }
    }

    // What breaks a limit is drawn, judged and never shown: then false.
    private bool Draw(StimulusRenderer renderer, ReducedFrame probe, IStreamOutput output)
    {
        if (_presentation.Plan is { } plan)
        {
            var segment = plan.Segments[_presentation.Segment];
            renderer.Draw(segment.Pattern, _presentation.Frame - segment.FirstFrame);
        }
        else
        {
            renderer.DrawUniform(Pattern.Gray);
        }
        probe.ReadInto(_probe);
        var verdict = _safety.Judge(Mean(_probe));
        var refused = verdict != SafetyVerdict.Safe && _presentation.Plan is not null;
        if (refused)
        {
            output.Report(FlipStream, new SourceReport(SourceReportKind.Mismatch, RigClock.Now, RigClock.Now, 1, $"safety: {_names[_presentation.Stimulus]} is {Words(verdict)}; the safe screen is shown"));
            _presentation.Clear();
            renderer.DrawUniform(Pattern.Gray);
        }
        if (_options.FlipCode)
        {
            renderer.DrawFlipMark(_flip);
        }
        return !refused;
    }

    // The latencies of this flip, and what the controller may want to know of it.
    private void Tell(bool drawn, in FlipStamp stamp)
    {
        Answers.Answered(_answer, stamp);
        if (!drawn)
        {
            Answers.Stopped++;
        }
        else if (_presentation.IsFirst)
        {
            Answers.Began(_presentation.Policy, _presentation.CommandedNs, stamp);
        }
        if ((_presentation.IsFirst && drawn) || _shows != _presentation.Stimulus)
        {
            _shows = _presentation.Stimulus;
            Change(new ShownStimulus(_shows, stamp.FlippedNs));
        }
        Volatile.Write(ref _flippedNs, stamp.FlippedNs);
    }

    private void Change(ShownStimulus change)
    {
        if (_changes.TryClaim(out var slot))
        {
            MemoryMarshal.Write(slot, change);
            _changes.Publish(new SlotInfo { Length = slot.Length });
        }
    }

    private static double Mean(ReadOnlySpan<byte> pixels)
    {
        long sum = 0;
        foreach (var pixel in pixels)
        {
            sum += pixel;
        }
        return sum / (255.0 * pixels.Length);
    }

    private static string Words(SafetyVerdict verdict) => verdict switch
    {
        SafetyVerdict.TooBright => "too bright",
        SafetyVerdict.TooFast => "flashing too fast",
        _ => "too long",
    };

    private void Publish(IStreamOutput output, in FlipStamp stamp)
    {
        _record[0] = new FlipRecord
        {
            Flip = _flip,
            Command = _presentation.Plan is null ? -1 : _presentation.Command,
            Segment = _presentation.Plan is null ? -1 : _presentation.Segment,
            Frame = _presentation.Plan is null ? -1 : _presentation.Frame,
            CommandedNs = _presentation.Plan is null ? 0 : _presentation.CommandedNs,
            DrawnNs = stamp.DrawnNs,
            FlippedNs = stamp.FlippedNs,
            Refreshes = stamp.Refreshes,
            Missed = Watch.Take(stamp),
            Stamp = (long)stamp.Source,
            Stimulus = _presentation.Plan is null ? -1 : _presentation.Stimulus,
            Answers = _answer.Bin,
            FrameNs = _answer.FrameNs,
        };
        var header = FrameHeader.Samples(DType.I64, [FlipRecord.Channels.Length], stamp.FlippedNs);
        output.Publish(FlipStream, header, MemoryMarshal.AsBytes(_record.AsSpan()));
    }

    private void PublishFrame(IStreamOutput output, ReducedFrame frames, in FlipStamp stamp)
    {
        frames.ReadInto(_frame);
        var header = FrameHeader.Samples(DType.U8, [_options.FramesHeight, _options.FramesWidth], stamp.FlippedNs);
        output.Publish(FramesStream, header, _frame);
    }

    /// <summary>What a display publishes.</summary>
    internal static IEnumerable<StreamDescriptor> Describe(DisplayOptions options)
    {
        var source = options.Window ? options.Screen is null ? "window" : $"screen {options.Screen}" : "no display";
        yield return new StreamDescriptor
        {
            Name = options.Name,
            Kind = StreamKind.Vector,
            DType = DType.I64,
            Shape = [FlipRecord.Channels.Length],
            Channels = FlipRecord.Channels,
            RateHz = options.Monitor.RefreshHz,
            Source = options.Clock == DisplayClock.Vsync ? source : $"{source}, timing unverified",
        };
        if (options.FramesWidth > 0 && options.FramesHeight > 0)
        {
            yield return new StreamDescriptor
            {
                Name = $"{options.Name}/frames",
                Kind = StreamKind.Image,
                DType = DType.U8,
                Shape = [options.FramesHeight, options.FramesWidth],
                RateHz = options.Monitor.RefreshHz,
                Source = source,
            };
        }
    }
}
