using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.HeadFixed;
using LoopRig.Rig.Live;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Rig.Tests.HeadFixed;

public sealed class HeadFixedRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-headfixed-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Execute_LiveAndFasterThanRealTime_TheSameNeuronsAnswerAlike()
    {
        Require();
        var file = Path.Combine(_folder, "gabors.json");
        File.WriteAllText(file, """{ "stimuli": { "g": { "kind": "gabor", "filters": 24, "filterSeconds": 0.48, "sigmaDeg": 12 } } }""");
        var settings = new HeadFixedSettings { Units = 16 };
        var summary = LiveRun.Execute(new RigConfig
        {
            Subject = new SubjectConfig { Id = "test" },
            Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Adapters = SimulatedHeadFixedRig.Adapters(settings, new Dictionary<string, string> { ["g"] = file }, first: "g"),
            Aligner = new AlignerConfig { LatenessMs = 25 },
        }, new RunOptions { Seconds = 13, Output = TextWriter.Null }, Stop);
        Assert.Null(summary.Fault);
        Assert.Equal(0, summary.Drops);

        var plan = StimulusFile.Load(file).Plan(settings.Monitor, new PictureFiles());
        var fast = Path.Combine(_folder, "fast");
        HeadFixedRecording.Record(plan, settings, fast, _ => { }, Stop);
        using var reader = new SessionReader(summary.Session!);
        Assert.Contains(reader.Index.Events, e => e.Kind == "ground-truth");
        // When each Gabor was flipped: a busy machine misses flips, and Gabors stay longer.
        var shown = Shown(reader);
        Assert.True(shown.Length > 15, $"{shown.Length} Gabors");
        var live = new Showings(summary.Session!, "truth-drive").Of(shown);
        var quick = new Showings(fast, "truth-drive").Of(plan).Take(shown.Length).ToArray();
        float[] Flat(double[][] drive) => [.. drive.SelectMany(d => d).Select(d => (float)d)];
        Assert.True(Correlation.Pearson(Flat(live), Flat(quick)) > 0.9, $"correlation {Correlation.Pearson(Flat(live), Flat(quick)):F3}");
        Assert.Equal(Flat(quick).Average(), Flat(live).Average(), 0.15 * Flat(quick).Average());
    }

    [Fact]
    public void Execute_SimHeadFixedConfig_PredictsWithoutDrops()
    {
        Require();
        var config = RigConfigFile.Load(Repository.PathOf("rig-configs", "sim-head-fixed.json"));
        var summary = LiveRun.Execute(config with
        {
            Session = new SessionConfig { Folder = Path.Combine(_folder, "sessions") },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Network = new NetworkConfig { File = Path.Combine(_folder, "absent.safetensors"), UntrainedIfMissing = config.Network!.UntrainedIfMissing },
        }, new RunOptions { Seconds = 4, Output = TextWriter.Null }, Stop);
        Assert.Null(summary.Fault);
        Assert.Equal(0, summary.Drops);
        Assert.True(summary.Predictions > 40, $"{summary.Predictions} predictions");
        Assert.Contains(summary.Streams, s => s.Name == SimulatedHeadFixedRig.Frames && s.Needed && s.Received == s.Published);
    }

    [Fact]
    public void Load_MonitorThatIsNotTheDisplays_NamesTheKey()
    {
        var path = Path.Combine(_folder, "rig.json");
        File.WriteAllText(path, """
            { "subject": { "id": "s" }, "adapters": [
              { "kind": "display", "name": "screen", "window": false, "clock": "paced", "monitor": { "widthPx": 128, "heightPx": 72 }, "frames": { "height": 36, "width": 64 } },
              { "kind": "simulated-head-fixed", "name": "mouse", "source": "stream:screen/frames", "monitor": { "widthPx": 128, "heightPx": 72, "distanceCm": 20 } } ] }
            """);
        var error = Assert.Throws<RigConfigException>(() => RigConfigFile.Load(path));
        Assert.Contains("adapters[1].monitor", error.Message);
        Assert.Contains("'screen'", error.Message);
    }

    // Begin and end of each segment that was shown whole.
    private static (long StartNs, long EndNs)[] Shown(SessionReader reader)
    {
        var (message, begun) = (new RecordedMessage(), new List<long>());
        foreach (var entry in reader.Index.Find(SimulatedHeadFixedRig.Display)!.Messages)
        {
            reader.Read(entry, message);
            var flip = System.Runtime.InteropServices.MemoryMarshal.Read<FlipRecord>(message.Payload);
            if (flip.Command == 0 && flip.Segment == begun.Count)
            {
                begun.Add(flip.FlippedNs);
            }
        }
        return [.. begun.Zip(begun.Skip(1))];
    }

    private static void Require()
    {
        try
        {
            using var display = new SurfacelessDisplay();
        }
        catch (NativeLibraryException e)
        {
            Assert.Skip(e.Message);
        }
    }
}
