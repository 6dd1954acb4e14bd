using System.Diagnostics;
using System.Text.Json;
using LoopRig.Core;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Recording.Tests;

/// <summary>The programs in examples/python against this program's sockets.</summary>
public sealed class PythonExamplesTests
{
    private const string Python = "/usr/bin/python3";
    private const int PatienceMs = 60_000;

    [Fact]
    public void PublishCamera_PushingToTheRecorder_IsRecordedWhole()
    {
        using var temporary = new TemporaryFolder();
        using var context = new ZmqContext();
        using var recorder = new SessionRecorder(new SessionWriter(temporary.Session, new SessionInfo()));
        var endpoint = recorder.Listen(context, "tcp://127.0.0.1:*");
        recorder.Start();
        using var python = Start("publish_camera.py", "--endpoint", "tcp://127.0.0.1:*", "--record", endpoint, "--rate", "200", "--count", "60", "--stream", "worldcam");
        Finish(python);
        recorder.Stop();
        using var reader = new SessionReader(temporary.Session);
        var camera = reader.Index.Find("worldcam")!;
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (ulong)i), camera.Messages.Select(m => m.Sequence));
        Assert.Equal((StreamKind.Image, DType.U8, 200.0), (camera.Descriptor!.Kind, camera.Descriptor.DType, camera.Descriptor.RateHz));
        Assert.Equal(0, recorder.Refused);
        // Python stamps with time.monotonic_ns: the rig clock.
        Assert.All(camera.Messages, m => Assert.InRange(m.HostTimeNs, reader.Info.StartedNs, reader.Info.EndedNs!.Value));
    }

    [Fact]
    public void PrintPredictions_CountsPredictionsGapsAndFallbacks()
    {
        using var temporary = new TemporaryFolder();
        using var context = new ZmqContext();
        using var publisher = context.CreateSocket(ZmqSocketType.XPub);
        publisher.ReceiveTimeoutMs = PatienceMs;
        publisher.LingerMs = 5000;
        publisher.Bind("tcp://127.0.0.1:*");
        var summary = Path.Combine(temporary.Path, "summary.json");
        using var python = Start("print_predictions.py", "--endpoint", publisher.LastEndpoint, "--count", "50", "--seconds", "60", "--summary", summary);
        Span<byte> subscription = new byte[64];
        Assert.True(publisher.Receive(subscription, out _), "the subscriber did not come");
        for (var i = 0; i <= 53; i++)
        {
            if (i is 20 or 21 or 22 or 23) continue; // lost on the way
            var now = RigClock.Now;
            var header = FrameHeader.Samples(DType.F32, [100], now) with
            {
                Kind = i == 3 ? MessageKind.Event : MessageKind.Prediction,
                Sequence = (ulong)i,
                HostTimeNs = now,
                BinStartNs = now - 48,
                BinEndNs = now,
                Flags = i is 5 or 6 ? FrameFlags.Fallback : FrameFlags.None,
            };
            var (topic, part, payload) = Messages.Pack("prediction", header, new byte[400]);
            if (i == 9) Send(publisher, topic, part); // malformed: counted, not fatal
            Send(publisher, topic, part, payload);
        }
        Send(publisher, [.. WireFormat.Topic("prediction")], new byte[3], []);
        var (last, lastHeader, lastPayload) = Messages.Pack("prediction", FrameHeader.Samples(DType.F32, [100], 1) with { Kind = MessageKind.Prediction, Sequence = 54, BinEndNs = RigClock.Now }, new byte[400]);
        Send(publisher, last, lastHeader, lastPayload);
        var printed = Finish(python);
        using var json = JsonDocument.Parse(File.ReadAllText(summary));
        long Value(string key) => json.RootElement.GetProperty(key).GetInt64();
        // 50 messages from 0 to 53, one of them an event, and the last: 50 predictions; missing are the event's number and the four.
        Assert.Equal((50L, 5L, 2L, 2L), (Value("received"), Value("gaps"), Value("fallbacks"), Value("malformed")));
        Assert.InRange(json.RootElement.GetProperty("latency_us").GetProperty("p50").GetDouble(), 0, 60e6);
        Assert.Contains("prediction 5: 100 units", printed, StringComparison.Ordinal);
        Assert.Contains("fallback", printed, StringComparison.Ordinal);
    }

    private static void Send(ZmqSocket socket, params byte[][] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            Assert.True(socket.Send(parts[i], more: i + 1 < parts.Length));
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "LoopRig.sln")))
        {
            root = root.Parent;
        }
        if (root is null || !File.Exists(Python)) Assert.Skip($"{Python} or the repository is not there");
        using var check = Process.Start(new ProcessStartInfo(Python, ["-c", "import zmq, numpy"]) { RedirectStandardError = true })!;
        check.WaitForExit();
        if (check.ExitCode != 0) Assert.Skip($"pyzmq or numpy is not installed for {Python}");
        var start = new ProcessStartInfo(Python, [Path.Combine(root.FullName, "examples", "python", program), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return Process.Start(start)!;
    }

    private static string Finish(Process process)
    {
        if (!process.WaitForExit(PatienceMs)) process.Kill();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.ExitCode == 0, output + process.StandardError.ReadToEnd());
        return output;
    }
}
