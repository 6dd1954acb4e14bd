using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Models;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>
/// Computes a session's predictions again: the recorded samples of each bin through the same aligner, assembler and frozen step, following what the records
/// say of steps, fallbacks, resets and network changes. The same libtorch with the same number of threads gives the same bits.
/// </summary>
public sealed class ReplayRun
{
    /// <summary>The name under which a session keeps a network that was in no file.</summary>
    public const string UntrainedFile = "network.safetensors";

    private readonly SessionReplay _replay;
    private readonly RigConfig _config;
    private readonly LoopSettings _settings;
    private readonly BinAligner _aligner;
    private readonly BinHistory _history;
    private readonly Bin _bin;
    private readonly Bin _past;
    private readonly RecordedMessage _message = new();
    private readonly Dictionary<long, JsonObject> _swaps = [];
    private readonly List<LoadedNetwork> _networks = [];
    private readonly LatencyHistogram _latency = new();
    private LoadedNetwork _network;
    private LoadedNetwork? _unkept;

    private ReplayRun(SessionReader session)
    {
        _replay = new SessionReplay(session);
        _config = RigConfigFile.FromJson(session.Info.RigConfig ?? throw new RecordingException($"session {session.Folder}: it does not hold the rig's configuration"));
        StreamDescriptor[] streams = [.. _replay.Descriptors.Select((d, i) => d ?? Unrecorded(session.Info.InputStreams[i]))];
        var config = _config.Network ?? throw new RecordingException($"session {session.Folder}: the rig ran without a network, there is nothing to replay");
        var untrained = Path.Combine(session.Folder, UntrainedFile);
        using var network = File.Exists(untrained) ? NetworkFile.Load(untrained) : NetworkLoading.Load(_config, config);
        if (network.Hash != session.Info.NetworkHash)
        {
            throw new RecordingException($"session {session.Folder}: it ran with the network {session.Info.NetworkHash?[..12]}..., {config.File} is {network.Hash[..12]}... now");
        }
        _settings = RigNetwork.Settings(_config, streams, network.Inputs);
        _network = Load(network, config.File);
        _aligner = new BinAligner(_settings.Bins, _settings.AlignedStreams, _network.Assembler.Required);
        _history = new BinHistory(_settings.AlignedStreams, _settings.HistoryBins);
        (_bin, _past) = (new Bin(_settings.AlignedStreams), new Bin(_settings.AlignedStreams));
        foreach (var happened in session.Index.Events.Where(e => e.Kind == "swap"))
        {
            if (JsonNode.Parse(happened.Json) is JsonObject swap && swap["first_bin"] is { } first)
            {
                _swaps[first.GetValue<long>()] = swap;
            }
        }
    }

    /// <summary>Replays a session.</summary>
    /// <param name="folder">The session's folder.</param>
    /// <param name="output">Where progress goes; null is silent.</param>
    /// <param name="stop">Ends early.</param>
    /// <exception cref="RecordingException">There is no such session, or nothing in it to replay.</exception>
    /// <exception cref="LoopRigException">Its network is not there any more.</exception>
    public static ReplaySummary Execute(string folder, TextWriter? output, CancellationToken stop)
    {
        using var session = new SessionReader(folder);
        session.BuildIndex(stop);
        var run = new ReplayRun(session);
        try
        {
            return run.Run(session, output, stop);
        }
        finally
        {
            foreach (var network in run._networks)
            {
                network.Dispose();
            }
        }
    }

    private ReplaySummary Run(SessionReader session, TextWriter? output, CancellationToken stop)
    {
        var summary = new ReplaySummary();
        var total = session.Index.Bins.Count;
        var done = 0;
        var shownNs = RigClock.Now;
        foreach (var recorded in _replay.Bins())
        {
            stop.ThrowIfCancellationRequested();
            summary = Compare(Step(recorded, summary), recorded, session);
            done++;
            if (output is not null && RigClock.Now - shownNs > 2 * RigClock.SecondNs)
            {
                shownNs = RigClock.Now;
                output.WriteLine($"{done} of {total} bins");
            }
        }
        return summary with { LatencyUs = _latency.Summarise() };
    }

    // One bin as the loop took it: align, swap, observe, step.
    private ReplaySummary Step(ReplayBin recorded, ReplaySummary summary)
    {
        var record = recorded.Bin.Record;
        _aligner.BeginReplay(record.Index);
        for (var s = 0; s < recorded.Messages.Length; s++)
        {
            if (!_settings.IsAligned(_settings.Streams[s]))
            {
                continue;
            }
            foreach (var entry in recorded.Messages[s])
            {
                _replay.Session.Read(entry, _message);
                _aligner.AddReplay(s, _message.Header, _message.Payload, recorded.Bin.Streams[s]);
            }
        }
        _aligner.EndReplay(record.ClosedNs, _bin);
        var swapped = _swaps.TryGetValue(record.Index, out var swap);
        if (swapped)
        {
            TakeOver(swap!);
        }
        _history.Add(_bin);
        _network.Assembler.Observe(_bin);
        if (record.Flags.HasFlag(BinFlags.Stepped))
        {
            StepNetwork(record.Flags, swapped);
        }
        return summary with
        {
            Swaps = summary.Swaps + (swapped ? 1 : 0),
            Fallbacks = summary.Fallbacks + (record.Flags.HasFlag(BinFlags.Fallback) ? 1 : 0),
            DeadlineMisses = summary.DeadlineMisses + (record.Flags.HasFlag(BinFlags.DeadlineMissed) ? 1 : 0),
            Degraded = summary.Degraded + (record.Flags.HasFlag(BinFlags.Degraded) ? 1 : 0),
            LateResults = summary.LateResults + (record.Flags.HasFlag(BinFlags.DeadlineMissed | BinFlags.Stepped) ? 1 : 0),
            ClosedByTime = summary.ClosedByTime + (record.Flags.HasFlag(BinFlags.ClosedByTime) ? 1 : 0),
            Incomplete = summary.Incomplete + (recorded.Problem is null ? 0 : 1),
            FirstProblem = summary.FirstProblem ?? recorded.Problem,
        };
    }

    private void StepNetwork(BinFlags flags, bool swapped)
    {
        if (_unkept == _network && _settings.Fallback == FallbackKind.LastPrediction && LoadedNetwork.IsFinite(_network.Step.Output))
        {
            _network.Keep(); // a late result counts from the next step on; one that is not finite sets the state back, and this bin's flags say so
        }
        _unkept = null;
        if (flags.HasFlag(BinFlags.StateReset) && !swapped)
        {
            _network.ResetState();
        }
        _network.WriteInputs();
        _network.Step.Run();
        if (!flags.HasFlag(BinFlags.Fallback))
        {
            _network.Keep();
        }
        else if (flags.HasFlag(BinFlags.DeadlineMissed))
        {
            _unkept = _network;
        }
    }

    private ReplaySummary Compare(ReplaySummary summary, ReplayBin recorded, SessionReader session)
    {
        if (recorded.Prediction is not { } entry)
        {
            return summary;
        }
        session.Read(entry, _message);
        _latency.Record(recorded.Bin.Record.SentNs - recorded.Bin.Record.ClosedNs);
        var then = _message.Payload;
        var now = MemoryMarshal.AsBytes(_network.Last);
        if (then.SequenceEqual(now))
        {
            return summary with { Predictions = summary.Predictions + 1, Equal = summary.Equal + 1 };
        }
        return summary with
        {
            Predictions = summary.Predictions + 1,
            Different = summary.Different + 1,
            FirstDifferentBin = summary.FirstDifferentBin ?? recorded.Bin.Record.Index,
            MaxDifference = Math.Max(summary.MaxDifference, Difference(MemoryMarshal.Cast<byte, float>(then), _network.Last)),
        };
    }

    // The same way as the live swap: a fresh network follows the bins from the recorded first one on.
    private void TakeOver(JsonObject swap)
    {
        var hash = swap["network"]!.GetValue<string>();
        var network = _networks.Find(n => n.Step.Hash == hash) ?? LoadFile(swap["name"]!.GetValue<string>(), hash);
        network.Reset();
        var first = swap["warm_first_bin"]!.GetValue<long>();
        for (var index = first; index != long.MinValue && index < _bin.Index; index++)
        {
            if (!_history.TryCopy(index, _past))
            {
                throw new RecordingException($"bin {_bin.Index}: the new network was warmed from bin {first}, and the log lacks bin {index}");
            }
            network.Follow(_past);
        }
        _network = network;
        _unkept = null;
    }

    private LoadedNetwork LoadFile(string file, string hash)
    {
        using var network = NetworkFile.Load(file);
        return network.Hash == hash ? Load(network, file) : throw new RecordingException($"{file} is another network now than the one that took over in the session");
    }

    private LoadedNetwork Load(INetwork network, string file)
    {
        var loaded = new LoadedNetwork(RigNetwork.Freeze(network, _config.Network!, file), _settings);
        _networks.Add(loaded);
        return loaded;
    }

    // A stream of the table that sent nothing: no bin has samples of it.
    private static StreamDescriptor Unrecorded(string name) => new() { Name = name, Kind = StreamKind.Event, DType = DType.U8, Shape = [0] };

    private static double Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            return double.PositiveInfinity;
        }
        var largest = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((double)a[i] - b[i]));
        }
        return largest;
    }
}
