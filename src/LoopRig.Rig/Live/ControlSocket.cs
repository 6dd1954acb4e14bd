using System.Text;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Rig.Live;

/// <summary>
/// Takes requests while a rig runs, one line of text each, and answers with JSON: <c>status</c>, <c>swap FILE</c> (another network, no bin lost),
/// <c>rollback</c> (the previous network). A REP socket with a thread of its own; a swap is answered when it is done, and others wait so long.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    private const int LongestRequest = 4096;
    private static readonly TimeSpan s_swapPatience = TimeSpan.FromSeconds(60);
    private readonly LiveRig _rig;
    private readonly ZmqSocket _socket;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Binds the endpoint.</summary>
    /// <exception cref="DeviceException">It is in use.</exception>
    public ControlSocket(LiveRig rig, string endpoint)
    {
        _rig = rig;
        _socket = rig.Context.CreateSocket(ZmqSocketType.Rep);
        try
        {
            _socket.MaxMessageBytes = LongestRequest;
            _socket.ReceiveTimeoutMs = 100;
            _socket.SendTimeoutMs = 1000;
            _socket.Bind(endpoint);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
        _thread = new Thread(Serve) { Name = "control", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    /// <summary>Starts to answer.</summary>
    public void Start() => _thread.Start();

    /// <summary>Stops answering and closes the socket.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        _socket.Dispose();
        _stop.Dispose();
    }

    private void Serve()
    {
        try
        {
            ServeUntilStopped();
        }
        catch (Exception e) // the thread's last stand: the run goes on without requests
        {
            _rig.Events.Post("control_failed", $"the rig takes no requests any more: {e.Message}", ("reason", e.Message));
        }
    }

    private void ServeUntilStopped()
    {
        var request = new byte[LongestRequest];
        while (!_stop.IsCancellationRequested)
        {
            if (!_socket.Receive(request, out var length))
            {
                continue;
            }
            _socket.DiscardRest();
            var answer = Answer(Encoding.UTF8.GetString(request, 0, Math.Min(length, request.Length)).Trim());
            _socket.Send(Encoding.UTF8.GetBytes(answer.ToJsonString()));
        }
    }

    private JsonObject Answer(string request)
    {
        var space = request.IndexOf(' ', StringComparison.Ordinal);
        var (verb, argument) = space < 0 ? (request, "") : (request[..space], request[(space + 1)..].Trim());
        try
        {
            return verb switch
            {
                "status" => Status(),
                "swap" when argument.Length > 0 => Swapped(_rig.Swap(Path.GetFullPath(argument))),
                "rollback" => Swapped(_rig.RollBack()),
                _ => new JsonObject { ["ok"] = false, ["error"] = $"'{verb}' is no request; there is: status, swap FILE, rollback" },
            };
        }
        catch (Exception e) // a request, whatever it was, must not take the run down: who asked is told
        {
            return new JsonObject { ["ok"] = false, ["error"] = e.Message };
        }
    }

    private JsonObject Swapped(Task<Inference.SwapRecord> swap)
    {
        var record = swap.WaitAsync(s_swapPatience, _stop.Token).GetAwaiter().GetResult();
        return new JsonObject { ["ok"] = true, ["network"] = record.Network.Step.Hash, ["name"] = record.Network.Step.Name, ["first_bin"] = record.FirstBin };
    }

    private JsonObject Status()
    {
        var counters = _rig.Inference?.Loop.Counters;
        return new JsonObject
        {
            ["ok"] = true,
            ["network"] = _rig.Inference?.Predictor.Network.Step.Hash,
            ["predictions"] = counters?.Predictions ?? 0,
            ["fallbacks"] = counters?.Fallbacks ?? 0,
            ["deadline_misses"] = counters?.DeadlineMisses ?? 0,
            ["degraded"] = counters?.Degraded ?? 0,
            ["late_results"] = counters?.LateResults ?? 0,
            ["closed_by_time"] = counters?.ClosedByTime ?? 0,
            ["drops"] = RigFigures.Drops(_rig),
            ["session"] = _rig.Recorder?.Folder,
        };
    }
}
