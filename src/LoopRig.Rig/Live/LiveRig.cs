using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Models;
using LoopRig.Native.Zmq;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Simulation;
using LoopRig.Simulation.HeadFixed;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Rig.Live;

/// <summary>
/// The parts of one rig, built and wired and not yet running: sources with their publishers, the recorder, the live loop. Building binds every socket and
/// loads the network, so that what is missing is known before anything starts.
/// </summary>
public sealed class LiveRig : IDisposable
{
    private const int EventInletBytes = 1 << 20;
    private const string LockName = "rig.lock";

    private readonly ProcessTuning _tuning;
    private readonly SafeFileHandle? _folderLock;
    private readonly CancellationTokenSource _faulted = new();
    private readonly SessionRecorder? _recorder;
    private readonly ControlSocket? _control;
    private readonly ReportListener? _reports;
    private readonly List<IAdapter> _unowned = []; // open, and no source has them yet
    private readonly List<AdapterThread> _sources = [];
    private Exception? _fault;

    /// <summary>Builds the rig.</summary>
    /// <param name="config">What to build.</param>
    /// <param name="stop">Ends a wait for sources on the wire.</param>
    /// <param name="output">Told what is waited for.</param>
    /// <exception cref="NotReadyException">A socket is in use, or a source on the wire is silent.</exception>
    /// <exception cref="LoopRigException">A file, device or network cannot be opened, or the network's inputs do not match the streams.</exception>
    public LiveRig(RigConfig config, CancellationToken stop, TextWriter? output = null)
    {
        Config = config;
        _tuning = new ProcessTuning(config.RealTime, Events);
        if (_tuning.IsRealTime)
        {
            Context.UseRealTime(config.RealTime.Priority);
        }
        try
        {
            var endpoints = new RigEndpoints(config);
            _folderLock = TakeFolder(config.Transport);
            var adapters = new RigAdapters(config, (adapter, source) => AloneAdapter.Open(config, adapter, source, Context, output, stop)).Open();
            _unowned.AddRange(adapters);
            Streams = [.. adapters.SelectMany(a => DeviceClocks.Number(a.Name, a.Streams))];
            CheckNames();
            ControllerCheck.CheckVariables(config, Streams);
            using var network = config.Network is { } wanted ? RigNetwork.Load(config, wanted, Streams) : null;
            if (network is not null)
            {
                ControllerCheck.CheckUnits(config, network.UnitIds);
                RigSets.Check(config, network.Hash);
            }
            Untrained = network is not null && RigNetwork.IsUntrained(config.Network!);
            string? recorderEndpoint = null;
            if (config.Session.Record)
            {
                _recorder = OpenRecorder(network);
                recorderEndpoint = _recorder.Listen(Context, endpoints.Recorder);
                EventInlet = _recorder.OpenInlet("rig", EventInletBytes);
            }
            _reports = new ReportListener(Context, config, endpoints, Events);
            OpenSources(adapters, endpoints, recorderEndpoint);
            if (network is not null)
            {
                Inference = OpenInference(network, endpoints);
            }
            if (_recorder is not null)
            {
                var settings = Inference?.Settings;
                _recorder.Observer = RecorderWatch = new RecorderWatch(Streams, stream => settings?.IsReceived(stream) ?? false, Events);
            }
            _control = new ControlSocket(this, endpoints.Control);
        }
        catch (DeviceException e)
        {
            Abandon();
            throw new NotReadyException(e.Message, e);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>What was built.</summary>
    public RigConfig Config { get; }
    /// <summary>What happens.</summary>
    public RigEvents Events { get; } = new();
    /// <summary>The process's ZeroMQ context.</summary>
    public ZmqContext Context { get; } = new();
    /// <summary>The session's stream table.</summary>
    public IReadOnlyList<StreamDescriptor> Streams { get; } = [];
    /// <summary>The sources.</summary>
    public IReadOnlyList<AdapterThread> Sources => _sources;
    /// <summary>The live loop; null for a rig without a network.</summary>
    public LiveInference? Inference { get; private set; }
    /// <summary>The controller and its display; null for a rig without.</summary>
    internal ControlParts? Control { get; private set; }
    /// <summary>The recorder; null when nothing is recorded.</summary>
    public SessionRecorder? Recorder => _recorder;
    /// <summary>Whether the network has random weights.</summary>
    public bool Untrained { get; }
    /// <summary>The recorder's inlet for what the rig itself has to say.</summary>
    internal ISessionSink? EventInlet { get; }
    /// <summary>
    /// The device clocks: those of every recorded stream, or, where nothing is recorded, of those that the loop receives. Any thread may read them.
    /// </summary>
    public IReadOnlyList<ClockModel> Clocks => _recorder?.Clocks ?? Inference?.Aligner.Clocks.Devices ?? [];
    /// <summary>Watches at the recorder what the loop does not receive; null when nothing is recorded.</summary>
    internal RecorderWatch? RecorderWatch { get; }
    /// <summary>Hears what adapters in other processes report.</summary>
    internal ReportListener Reports => _reports!;
    /// <summary>What must end the run; null while all is well.</summary>
    public Exception? Fault => _fault ?? _recorder?.Fault;
    /// <summary>Signalled when a part without which the run makes no sense has failed.</summary>
    public CancellationToken Faulted => _faulted.Token;

    /// <summary>
    /// Swaps to another network without losing a bin. The task ends when the network has taken over, or with the reason why it did not.
    /// </summary>
    public Task<SwapRecord> Swap(string path) => Inference is null
        ? throw new NetworkException("the rig runs without a network")
        : Inference.Swap.Begin(() =>
        {
            var config = Config.Network!;
            using var network = NetworkFile.Load(path);
            if (RigSets.Strangers(Config, network.Hash) is { } sets)
            {
                Events.Post("stimuli_of_another_network", $"{sets}: made for another network than {path}, which takes over", ("network", network.Hash));
            }
            return RigNetwork.Freeze(network, config, path);
        }, "requested");

    /// <summary>Brings the network before the current one back, warm, without losing a bin.</summary>
    public Task<SwapRecord> RollBack() => Inference is null ? throw new NetworkException("the rig runs without a network") : Inference.Swap.RollBack("requested");

    /// <summary>Ends the run: a part has failed.</summary>
    public void Fail(Exception fault)
    {
        if (Interlocked.CompareExchange(ref _fault, fault, null) is null)
        {
            Events.Post("fault", fault.Message, ("reason", fault.Message));
            _faulted.Cancel();
        }
    }

    /// <summary>Takes requests from now on.</summary>
    internal void StartControl() => _control?.Start();

    /// <summary>Waits until every stream that the loop or an adapter of this process receives is subscribed to, so that no first message is lost.</summary>
    internal void WaitForSubscriptions(CancellationToken stop)
    {
        foreach (var source in Sources)
        {
            for (var i = 0; i < source.Adapter.Streams.Count; i++)
            {
                var stream = source.Adapter.Streams[i];
                var takers = Sources.Count(s => ConfigOf(s).SourceStream == stream.Name);
                source.Publisher.WaitForSubscribers(i, takers + (Inference?.Settings.IsReceived(stream) == true ? 1 : 0), stop);
            }
        }
    }

    /// <summary>Whether no source will deliver any more; those that only take what others publish do not count.</summary>
    internal bool HaveAllSourcesEnded() => Sources.Any(s => ConfigOf(s).SourceStream is null) && Sources.All(s => s.HasEnded || ConfigOf(s).SourceStream is not null);

    private AdapterConfig ConfigOf(AdapterThread source) => Array.Find(Config.Adapters, a => a.Name == source.Adapter.Name)!;

    /// <summary>Records what happened and nobody recorded yet.</summary>
    internal void RecordEvents()
    {
        while (Events.TryTake(out var happened))
        {
            EventInlet?.Event(happened.Json);
        }
    }

    /// <summary>Records what is known of a simulated animal beforehand.</summary>
    internal void RecordTruth()
    {
        foreach (var adapter in Sources.Select(s => AdapterFactory.Bare(s.Adapter)))
        {
            if (adapter is DigitalMouseAdapter mouse)
            {
                EventInlet?.Event(mouse.Mouse.Truth.ToEvent());
            }
            else if (adapter is ProcessorAdapter { Processor: HeadFixedMouse headFixed })
            {
                EventInlet?.Event(headFixed.Truth.ToEvent());
            }
        }
    }

    /// <summary>Disposes every part that was built, sources first.</summary>
    public void Dispose()
    {
        _control?.Dispose();
        _reports?.Dispose();
        foreach (var source in Sources)
        {
            source.Dispose();
        }
        foreach (var adapter in _unowned)
        {
            adapter.Dispose();
        }
        Inference?.Dispose();
        _recorder?.Dispose();
        Context.Dispose();
        _tuning?.Dispose();
        _faulted.Dispose();
        _folderLock?.Dispose(); // last: until the sockets are closed the folder is ours
    }

    // Nothing has run, so that the session holds nothing: it goes again with the rest.
    private void Abandon()
    {
        Dispose();
        if (_recorder is not null)
        {
            Discard(_recorder.Folder);
        }
    }

    private static void Discard(string session)
    {
        try
        {
            Directory.Delete(session, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stopped the start is the news; an empty session is no harm.
        }
    }

    // Of an adapter that runs alone only the descriptors are wanted: if it was opened for them it is closed again, its samples come from its own process.
    private void OpenSources(IReadOnlyList<IAdapter> adapters, RigEndpoints endpoints, string? recorderEndpoint)
    {
        for (var i = 0; i < adapters.Count; i++)
        {
            if (Config.Adapters[i].Process == AdapterProcess.Alone)
            {
                adapters[i].Dispose();
            }
            else
            {
                if (_recorder is not null && AdapterFactory.Bare(adapters[i]) is IRecordsVideo { WantsVideo: true } video)
                {
                    video.RecordVideoInto(_recorder.Folder);
                }
                _sources.Add(new AdapterThread(Context, adapters[i], endpoints.Adapter(Config.Adapters[i]), recorderEndpoint, Events, Fail));
            }
            _unowned.Remove(adapters[i]);
        }
    }

    private void CheckNames()
    {
        var twice = Streams.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw new RigConfigException(Config.File, "adapters", $"{twice.Count()} adapters publish a stream '{twice.Key}'");
        }
        if (Config.Sync is { Reference: var reference } && !Streams.Any(s => s.Name == reference && s.Channels.Contains("sync")))
        {
            var able = string.Join(", ", Streams.Where(s => s.Channels.Contains("sync")).Select(s => s.Name));
            throw new RigConfigException(Config.File, "sync.reference", $"there is no stream '{reference}' with a channel sync; {(able.Length > 0 ? $"those with one: {able}" : "no stream has one")}");
        }
        var sameNumber = Streams.GroupBy(s => s.ClockId, s => s.Clock).FirstOrDefault(g => g.Distinct().Count() > 1);
        if (sameNumber is not null)
        {
            throw new RigConfigException(Config.File, "adapters", $"the clocks {string.Join(" and ", sameNumber.Distinct())} come to the same number: give one of them another name");
        }
    }

    private SessionRecorder OpenRecorder(INetwork? network)
    {
        var subject = Config.Subject;
        var folder = SessionFolder.NameNew(Config.Session.Folder, subject.Id, DateTime.UtcNow);
        var writer = new SessionWriter(folder, new SessionInfo
        {
            Subject = new Subject { Id = subject.Id, Species = subject.Species, Sex = subject.Sex, Age = subject.Age, Description = subject.Description },
            RigConfig = RigConfigFile.ToJson(Config),
            Versions = Versions.Collect(network is not null),
            NetworkHash = network?.Hash,
            InputStreams = [.. Streams.Select(s => s.Name)],
            SyncReference = Config.Sync?.Reference,
            PredictionStream = network is null ? null : new LoopSettings { Streams = [] }.PredictionStream,
        });
        try
        {
            if (network is not null && RigNetwork.IsUntrained(Config.Network!))
            {
                NetworkFile.Save(network, Path.Combine(writer.Folder, ReplayRun.UntrainedFile), new Dictionary<string, string> { ["untrained"] = "random weights" });
            }
        }
        catch
        {
            writer.Dispose();
            Discard(folder);
            throw;
        }
        var recorder = new SessionRecorder(writer);
        recorder.Faulted.Register(() => Fail(recorder.Fault!));
        return recorder;
    }

    private LiveInference OpenInference(INetwork network, RigEndpoints endpoints)
    {
        var config = Config.Network!;
        var frozen = RigNetwork.Freeze(network, config, Untrained ? $"untrained {network.Kind}" : config.File);
        try
        {
            Control = RigController.Create(Config, _sources);
            return new LiveInference(Context, RigNetwork.Settings(Config, Streams, network.Inputs), frozen, new LoopWiring
            {
                StreamEndpoints = [.. Config.Adapters.Select(endpoints.Adapter)],
                PredictionEndpoint = endpoints.Predictions,
                SpinNs = (long)(Config.RealTime.SpinUs * 1000),
                RealTimePriority = Config.RealTime.Priority,
                Control = Control,
            }, Inlet, Events, Fail);
        }
        catch
        {
            frozen.Dispose();
            throw;
        }
    }

    private ISessionSink Inlet(string name) =>
        _recorder is null ? NothingRecorded.Instance
        : name == "loop" ? _recorder.OpenInlet(name) : _recorder.OpenInlet(name, EventInletBytes);

    // libzmq unlinks an ipc socket before it binds, so that a second rig would silently take over the first one's. The kernel gives the lock back when
    // the process ends, however it ends.
    internal static SafeFileHandle? TakeFolder(TransportConfig transport)
    {
        if (transport.Kind != TransportKind.Ipc)
        {
            return null;
        }
        try
        {
            Directory.CreateDirectory(transport.Folder);
            return File.OpenHandle(Path.Combine(transport.Folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new NotReadyException($"transport folder {transport.Folder}: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new NotReadyException($"transport folder {transport.Folder}: another rig runs there, or it cannot be used ({e.Message})", e);
        }
    }

    private sealed class NothingRecorded : ISessionSink
    {
        public static NothingRecorded Instance { get; } = new();

        public void Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
        {
        }

        public void Bin(in BinRecord bin, ReadOnlySpan<SampleRange> streams)
        {
        }

        public void Event(ReadOnlySpan<byte> json)
        {
        }
    }
}
