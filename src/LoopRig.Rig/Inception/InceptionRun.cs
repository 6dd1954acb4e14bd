using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Models;
using LoopRig.Rig.CommandLine;
using LoopRig.Rig.Configuration;
using LoopRig.Stimulus.Pictures;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>
/// The inception loop: collect, train, select, synthesise, present, verify. Each stage ends with its results on the disk and the next one's name in the state file; a loop that was
/// killed goes on in the stage it stood in, and within it from what is worth keeping: blocks that are recorded, the training's checkpoint.
/// </summary>
internal sealed class InceptionRun
{
    private const int Stages = 6;
    // The part of neurons that must be driven most by their own image.
    private const double LeastShareAbove = 0.8;

    private readonly InceptionConfig _config;
    private readonly IInceptionRig _rig;
    private readonly InceptionFolder _folder;
    private readonly CollectStimuli _stimuli;
    private readonly (string Key, InceptionStage Stage, string Hash)[] _keys;
    private readonly TextWriter _output;
    private InceptionState _state;
    private long _beganNs;

    private InceptionRun(InceptionConfig config, IInceptionRig rig, InceptionFolder folder, TextWriter output)
    {
        (_config, _rig, _folder, _output) = (config, rig, folder, output);
        _stimuli = new CollectStimuli(config, folder);
        _keys = [.. LoopKeys.Of(config, rig.Config)];
        _state = Begin();
    }

    /// <summary>Runs a loop to its end, or goes on with one.</summary>
    /// <param name="config">The loop.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="output">Words for people.</param>
    /// <param name="stop">Ends it; the next start goes on.</param>
    /// <exception cref="LoopRigException">A stage failed; the next start tries it again.</exception>
    public static VerbResult Execute(InceptionConfig config, string folder, TextWriter output, CancellationToken stop)
    {
        var rig = InceptionRigs.Open(config, output);
        using var opened = new InceptionFolder(folder);
        return new InceptionRun(config, rig, opened, output).Run(stop);
    }

    /// <summary>Where a loop's folder is: as its configuration says, else one below the checkout that is named as the file.</summary>
    public static string FolderOf(InceptionConfig config) => config.Folder ?? Path.Combine(Checkout.Root, "sessions", Path.GetFileNameWithoutExtension(config.File));

    /// <summary>Whether a folder holds a loop of this very configuration that is not done.</summary>
    /// <exception cref="NotReadyException">Another loop runs in it.</exception>
    public static bool IsUnfinished(InceptionConfig config, string folder)
    {
        using var opened = new InceptionFolder(folder);
        try
        {
            return opened.State is { Stage: not InceptionStage.Done } state && Changed(state, LoopKeys.Of(config, RigConfigFile.Load(config.Rig))).Length == 0;
        }
        catch (DataFileException) // of another version, or damaged: nothing to go on with
        {
            return false;
        }
    }

    private VerbResult Run(CancellationToken stop)
    {
        if (_config.Train.Threads > 0)
        {
            LibTorch.NumThreads = _config.Train.Threads;
        }
        while (_state.Stage != InceptionStage.Done)
        {
            _beganNs = RigClock.Now;
            var done = _state.Stage switch
            {
                InceptionStage.Collect => Collect(stop),
                InceptionStage.Train => Train(stop),
                InceptionStage.Select => Select(stop),
                InceptionStage.Synthesise => Synthesise(stop),
                InceptionStage.Present => Present(stop),
                InceptionStage.Verify => Verify(stop),
                _ => throw new LoopRigException($"{_folder.Path}: no stage {_state.Stage}"),
            };
            Save(done with { Stage = _state.Stage + 1 });
        }
        return Finish();
    }

    private InceptionState Begin()
    {
        var config = _keys.ToDictionary(static k => k.Key, static k => k.Hash);
        if (_folder.State is not { } state)
        {
            DurableFile.Write(_folder.In("config.json"), ConfigJson.Write(_config));
            return Saved(new InceptionState { Config = config, Starts = 1 });
        }
        foreach (var (key, stage, _) in Changed(state, _keys))
        {
            // What was recorded, or has been made of it, does not fit what is asked for now; the stage in which the loop stands may be corrected, and begins anew.
            if (stage < state.Stage || state.Collected.Length > 0 && stage == InceptionStage.Collect)
            {
                throw new RigConfigException(_config.File, key, $"{_folder.Path} holds a loop of another configuration ({_folder.In("config.json")}): {Name(stage)} {(stage < state.Stage ? "is done" : "has begun")} with another value of this key. Put it back, or give this loop another folder, or remove that one to begin anew");
            }
            state = stage == state.Stage ? BeginAnew(state) : state;
        }
        DurableFile.Write(_folder.In("config.json"), ConfigJson.Write(_config));
        if (state.Stage != InceptionStage.Done)
        {
            _output.WriteLine($"going on in {Name(state.Stage)}: {_folder.Path}");
        }
        var known = state.Collected.Concat(state.Abandoned).Append(state.Repeated).Append(state.Presented).OfType<string>();
        return Saved(state with
        {
            Config = config,
            Starts = state.Starts + 1,
            ResumedIn = state.Stage == InceptionStage.Done ? state.ResumedIn : [.. state.ResumedIn, Name(state.Stage)],
            Abandoned = [.. state.Abandoned, .. _folder.SessionsBeside(known)],
        });
    }

    private static (string Key, InceptionStage Stage, string Hash)[] Changed(InceptionState state, IEnumerable<(string Key, InceptionStage Stage, string Hash)> keys) =>
        [.. keys.Where(k => state.Config.GetValueOrDefault(k.Key) != k.Hash)];

    // Forgets what the stage in which the loop stands has half done with other keys.
    private InceptionState BeginAnew(InceptionState state)
    {
        var half = state.Stage == InceptionStage.Train ? _folder.Training : state.Stage == InceptionStage.Synthesise ? _folder.Synthesis : null;
        if (half is not null && Directory.Exists(half))
        {
            Directory.Delete(half, recursive: true);
            Directory.CreateDirectory(half);
        }
        return state with { Prepared = state.Prepared && state.Stage != InceptionStage.Collect };
    }

    private InceptionState Collect(CancellationToken stop)
    {
        if (!_state.Prepared)
        {
            using var line = new ProgressLine(Title("collect"));
            line.Report(0, "natural images");
            var source = _stimuli.Write(_rig.Frames.Height, _rig.Frames.Width, stop);
            DurableFile.Write(_folder.Images, source);
            line.Done($"{_config.Collect.Count} images once, {_config.Collect.Repeated} others {_config.Collect.Repeats} times: {source}");
            Save(_state with { Prepared = true });
        }
        while (_state.Collected.Length < _config.Collect.Blocks)
        {
            var block = _state.Collected.Length;
            var session = Record(_stimuli.Block(block), block, FormattableString.Invariant($"images, block {block + 1} of {_config.Collect.Blocks}"), stop);
            Save(_state with { Collected = [.. _state.Collected, session] });
        }
        return _state with { Repeated = Record(_stimuli.Repeated, _config.Collect.Blocks, "repeated images", stop) };
    }

    private string Record(string stimulus, int number, string what, CancellationToken stop)
    {
        using var line = new ProgressLine(Title("collect"), plain: _config.Collect.RealTime);
        var session = Path.GetFullPath(_rig.Record(stimulus, _folder.Sessions, number, share => line.Report(share, what), stop));
        stop.ThrowIfCancellationRequested();
        line.Done($"{what}: {session}");
        return session;
    }

    private InceptionState Train(CancellationToken stop)
    {
        var data = SelectStage.Data(_config, _rig, _folder.Sessions, [.. _state.Collected.Select(static s => Path.GetFileName(s))]);
        var config = new TrainConfig { Network = _config.Train.Network, Data = data, Training = _config.Train.Training, Seed = _config.Seed, Test = false };
        using var line = new ProgressLine(Title("train"));
        _output.WriteLine($"{Title("train")}: {ConfigJson.Write(_config.Train)["network"]!.ToJsonString()}");
        var outcome = TrainingRun.Execute(config, _folder.Training, p => line.Report((p.Epoch - 1 + p.EpochShare) / p.Epochs, FormattableString.Invariant(
            $"epoch {p.Epoch}/{p.Epochs}  loss {p.TrainingLoss:F4}  validation {p.ValidationLoss:F4}  r {p.ValidationCorrelation:F3}  {p.SamplesPerSecond:F0} bins/s"), p.Remaining), stop);
        stop.ThrowIfCancellationRequested();
        var training = outcome.Training;
        line.Done(FormattableString.Invariant($"best of {training.Epochs} epochs: {training.BestEpoch}, validation correlation {training.ValidationCorrelations[training.BestEpoch - 1]:F3} bin by bin"));
        return _state with { Network = Path.GetFullPath(outcome.Networks[0].Path) };
    }

    private InceptionState Select(CancellationToken stop)
    {
        using var line = new ProgressLine(Title("select"));
        using var network = NetworkFile.Load(_state.Network!);
        var selection = SelectStage.Run(_config, _rig, _stimuli, _state.Repeated!, network, stop);
        DurableFile.Write(_folder.Selection, selection);
        var chosen = selection.Chosen.ToArray();
        line.Done(FormattableString.Invariant(
            $"{chosen.Length} of {selection.Units.Length} neurons, reliability {chosen.Min(static u => u.Reliability):F2} to {chosen.Max(static u => u.Reliability):F2}, predicted with r {chosen.Min(static u => u.Prediction):F2} to {chosen.Max(static u => u.Prediction):F2}"));
        return _state;
    }

    private InceptionState Synthesise(CancellationToken stop)
    {
        using var line = new ProgressLine(Title("synthesise"));
        using var network = NetworkFile.Load(_state.Network!);
        var selection = DurableFile.Read<Selection>(_folder.Selection);
        new SynthesiseStage(_config, _folder, _stimuli, network, selection).Run((share, words) => line.Report(share, words), stop);
        line.Done($"{MeiSet.Load(_folder.Set).Items.Length} images: {_folder.Set}");
        return _state;
    }

    private InceptionState Present(CancellationToken stop)
    {
        SynthesiseStage.WritePresentation(_config, _folder);
        var plan = StimulusFile.Load(_folder.Present).Plan(_rig.Monitor, new PictureFiles());
        _output.WriteLine(FormattableString.Invariant($"{Title("present")}: {plan.Seconds:F0} s, in real time, with the network in the loop"));
        using var line = new ProgressLine(Title("present"), plain: true);
        var live = _rig.Present(_folder.Present, _state.Network!, _folder.Sessions, _config.Collect.Blocks + 1, share => line.Report(share, "images and controls"), stop);
        stop.ThrowIfCancellationRequested();
        DurableFile.Write(_folder.Live, live.ToJson());
        return _state with { Presented = Path.GetFullPath(live.Session ?? throw new LoopRigException("the session was not recorded")) };
    }

    private InceptionState Verify(CancellationToken stop)
    {
        using var line = new ProgressLine(Title("verify"));
        var plan = StimulusFile.Load(_folder.Present).Plan(_rig.Monitor, new PictureFiles());
        var responses = TrialResponses.Read(_state.Presented!, plan, _rig.Display, _config.Activity, SelectStage.DelaySeconds(_config, _rig), stop);
        var verification = Verification.Of(MeiSet.Load(_folder.Set).Items, responses);
        DurableFile.Write(_folder.Verification, verification);
        line.Done(FormattableString.Invariant($"{verification.Units.Count(static u => u.Above)} of {verification.Units.Length} neurons are driven more by their own image than by every class of control"));
        return _state;
    }

    private VerbResult Finish()
    {
        var report = InceptionReport.Read(_config, _folder, _state, LeastShareAbove);
        report.WritePage(_folder.Report);
        DurableFile.Write(_folder.In("report.json"), report.ToJson());
        report.Print(Console.Out);
        return new VerbResult(report.Passed ? ExitCodes.Done : ExitCodes.Failed, report.ToJson());
    }

    // What a stage has taken counts from the last time that something of it was kept.
    private void Save(InceptionState state)
    {
        var (stage, now) = (Name(_state.Stage), RigClock.Now);
        var seconds = new Dictionary<string, double>(state.Seconds);
        seconds[stage] = Math.Round(seconds.GetValueOrDefault(stage) + (now - _beganNs) / 1e9, 1);
        _beganNs = now;
        // A stage's files are on the disk before the state that says so.
        DurableFile.SyncAll(_folder.Stimuli);
        _state = Saved(state with { Seconds = seconds });
    }

    private InceptionState Saved(InceptionState state)
    {
        _folder.Save(state);
        return state;
    }

    private static string Title(string stage) => $"{(int)Enum.Parse<InceptionStage>(stage, ignoreCase: true) + 1}/{Stages} {stage}";

    private static string Name(InceptionStage stage) => stage.ToString().ToLowerInvariant();
}
