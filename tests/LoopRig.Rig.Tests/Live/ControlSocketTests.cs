using System.Text;
using System.Text.Json.Nodes;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Native.Zmq;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;
using LoopRig.Rig.Simulated;

namespace LoopRig.Rig.Tests.Live;

public sealed class ControlSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-control-").FullName;

    private static JsonNode Ask(ZmqSocket socket, string request)
    {
        var answer = new byte[65536];
        Assert.True(socket.Send(Encoding.UTF8.GetBytes(request)));
        Assert.True(socket.Receive(answer, out var length), request);
        return JsonNode.Parse(answer.AsSpan(0, length))!;
    }

    private string Save(string name, int seed, int height)
    {
        var file = Path.Combine(_folder, name);
        using var network = NetworkFile.Create(new XuSpec
        {
            Inputs = XuSpec.InputsFor(XuBehaviour.Behaviour, height: height),
            UnitIds = ["a", "b"],
            Hidden = 16,
            ConvolutionChannels = [4, 4],
        }, seed);
        NetworkFile.Save(network, file);
        return file;
    }

    [Fact]
    public void Serve_StatusSwapRollbackAndNonsense_AnswersEach()
    {
        var (first, second, wrong) = (Save("first.safetensors", 1, 60), Save("second.safetensors", 2, 60), Save("wrong.safetensors", 3, 36));
        var config = new RigConfig
        {
            Subject = new SubjectConfig { Id = "test" },
            Session = new SessionConfig { Record = false },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Adapters = SimulatedRig.Adapters(seed: 1, session: 0, units: 4, encoderPort: null),
            Network = new NetworkConfig { File = first },
        };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answers = new Dictionary<string, JsonNode>();
        Task? asking = null;
        var summary = LiveRun.Execute(config, new RunOptions
        {
            Started = rig => asking = Task.Run(() =>
            {
                try
                {
                    using var context = new ZmqContext();
                    using var socket = context.CreateSocket(ZmqSocketType.Req);
                    socket.ReceiveTimeoutMs = 60_000;
                    socket.Connect(new RigEndpoints(config).Control);
                    foreach (var request in new[] { "status", "rollback", $"swap {second}", $"swap {wrong}", $"swap {_folder}/absent", "rollback ", "dance" })
                    {
                        // The previous request's background work may not have ended when its answer came.
                        SpinWait.SpinUntil(() => !rig.Inference!.Swap.IsUnderWay, 10_000);
                        answers[request] = Ask(socket, request);
                    }
                }
                finally
                {
                    end.Cancel();
                }
            }),
        }, end.Token);
        Assert.True(asking!.IsCompletedSuccessfully, asking.Exception?.ToString());
        Assert.True(answers["status"]["ok"]!.GetValue<bool>());
        foreach (var key in new[] { "drops", "degraded", "late_results", "closed_by_time" })
        {
            Assert.True(answers["status"][key]!.GetValue<long>() >= 0, key);
        }
        Assert.Contains("no previous network", answers["rollback"]["error"]!.GetValue<string>());
        Assert.Equal(second, answers[$"swap {second}"]["name"]!.GetValue<string>());
        Assert.Contains("(36,80)", answers[$"swap {wrong}"]["error"]!.GetValue<string>());
        Assert.Contains("absent", answers[$"swap {_folder}/absent"]["error"]!.GetValue<string>());
        Assert.Equal(first, answers["rollback "]["name"]!.GetValue<string>());
        Assert.Contains("status, swap FILE, rollback", answers["dance"]["error"]!.GetValue<string>());
        Assert.Equal(answers["status"]["network"]!.GetValue<string>(), summary.NetworkHash);
        Assert.Null(summary.Session);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
