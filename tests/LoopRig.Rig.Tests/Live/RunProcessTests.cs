using System.Diagnostics;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using LoopRig.Recording;
using LoopRig.Rig.Live;
using LoopRig.Rig.Tests.CommandLine;

namespace LoopRig.Rig.Tests.Live;

/// <summary>The built program as a process of its own: what a user, a service manager and a power switch do to it.</summary>
public sealed class RunProcessTests : IDisposable
{
    private const long FlushNs = 100 * RigClock.MillisecondNs;

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-process-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string WriteConfig()
    {
        var path = Path.Combine(_folder, "rig.json");
        File.WriteAllText(path, $$"""
            {
              "subject": { "id": "process" },
              "session": { "folder": "{{_folder}}/sessions" },
              "transport": { "kind": "ipc", "folder": "{{_folder}}/sockets" },
              "adapters": [
                { "kind": "simulated-mouse", "name": "mouse", "units": 6, "encoderPort": "{{_folder}}/encoder" },
                { "kind": "eye-video", "name": "eye", "source": "stream:eyecam" },
                { "kind": "imu", "name": "head", "source": "stream:imu" },
                { "kind": "treadmill", "name": "treadmill", "source": "serial:{{_folder}}/encoder", "countsPerTurn": 4096, "radiusCm": 10 }
              ],
              "network": { "file": "absent.safetensors", "untrainedIfMissing": "xu" },
              "prediction": { "deadlineMs": 40 }
            }
            """);
        return path;
    }

    private static Process StartRun(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [LoopRigProcess.Program, "run", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task WaitForAsync(Process process, string words)
    {
        while (await process.StandardOutput.ReadLineAsync(Stop) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return;
            }
        }
        Assert.Fail($"the run ended before it said '{words}': {await process.StandardError.ReadToEndAsync(Stop)}");
    }

    private string Session() => Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "sessions")));

    [Fact]
    public async Task Run_KilledWithoutWarning_IsRecoveredToTheLastTenthOfASecondAndReplays()
    {
        using var process = StartRun(WriteConfig());
        await WaitForAsync(process, " predictions,"); // the first line of figures, after five seconds
        process.Kill(); // SIGKILL
        var killedNs = RigClock.Now;
        await process.WaitForExitAsync(Stop);

        SessionRecovery.Recover(Session(), Stop);
        using (var reader = new SessionReader(Session()))
        {
            var bins = reader.Index.Bins;
            Assert.True(bins.Count > 40, $"{bins.Count} bins");
            // The last bin was sent before the kill; what the flush had not yet written is younger than 100 ms, and a bin comes every 48 ms.
            var lost = killedNs - bins[^1].Record.SentNs;
            Assert.True(lost < FlushNs + 2 * 48 * RigClock.MillisecondNs, $"the last recorded bin was sent {lost / 1e6:F0} ms before the kill");
        }
        var replay = ReplayRun.Execute(Session(), null, Stop);
        Assert.Equal(0, replay.Different);
        Assert.True(replay.Predictions > 40);
    }

    [Fact]
    public async Task Run_Terminated_ClosesTheSessionAndExitsWithZero()
    {
        var summary = Path.Combine(_folder, "s.json");
        using var process = StartRun(WriteConfig(), "--summary", summary);
        await WaitForAsync(process, "ready after");
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(Stop);
        }
        await process.WaitForExitAsync(Stop);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(SessionState.Closed, SessionFolder.ReadInfo(Session()).State);
        Assert.Equal(0, JsonNode.Parse(File.ReadAllText(summary))!["drops"]!.GetValue<long>());
    }

    [Fact]
    public async Task Run_WaitsForASubscriberInAnotherProcess_WhichReceivesEveryPrediction()
    {
        var summary = Path.Combine(_folder, "s.json");
        using var process = StartRun(WriteConfig(), "--seconds", "3", "--wait-subscribers", "1", "--summary", summary);
        await WaitForAsync(process, "waiting for 1 subscriber");
        using var context = new ZmqContext();
        using var receiver = new StreamReceiver(context, 1000, Stop);
        receiver.AddStream("predictions");
        receiver.Connect($"ipc://{_folder}/sockets/predictions");
        var buffer = new byte[4096];
        var sequences = new List<ulong>();
        while (!process.HasExited || receiver.Wait(RigClock.Now + 200 * RigClock.MillisecondNs) == WaitResult.Ready)
        {
            receiver.Wait(RigClock.Now + 50 * RigClock.MillisecondNs);
            while (receiver.Receive(buffer, out var message) is var result && result != ReceiveResult.Empty)
            {
                if (result == ReceiveResult.Message)
                {
                    sequences.Add(message.Header.Sequence);
                }
            }
        }
        await process.WaitForExitAsync(Stop);
        var predictions = JsonNode.Parse(File.ReadAllText(summary))!["predictions"]!.GetValue<int>();
        Assert.True(predictions > 20, $"{predictions} predictions");
        Assert.Equal(Enumerable.Range(0, predictions).Select(i => (ulong)i), sequences);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
