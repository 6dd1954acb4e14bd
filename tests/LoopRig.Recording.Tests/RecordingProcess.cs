using System.IO.MemoryMappedFiles;
using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Recording.Tests;

/// <summary>
/// A process to be killed: it pushes a frame every millisecond to its recorder over ZeroMQ and a bin every 48 ms through an inlet, and leaves the time of each
/// frame in a file that it maps, where it outlives the process without passing through the recorder.
/// </summary>
internal static class RecordingProcess
{
    public const string Argument = "--record-until-killed";
    public const int MaxFrames = 1 << 20;

    public static Task<int> RunAsync(string folder, string timesFile)
    {
        using var map = MemoryMappedFile.CreateFromFile(timesFile, FileMode.Create, null, MaxFrames * sizeof(long));
        using var times = map.CreateViewAccessor();
        using var context = new ZmqContext();
        using var recorder = new SessionRecorder(new SessionWriter(folder, new SessionInfo { InputStreams = ["cam"] }));
        var endpoint = recorder.Listen(context, "tcp://127.0.0.1:*");
        var inlet = recorder.OpenInlet("loop");
        recorder.Start();
        using var push = context.CreateSocket(ZmqSocketType.Push);
        push.SendTimeoutMs = 2000;
        push.Connect(endpoint);
        using var never = new ManualResetEvent(false);
        var used = new SampleRange[1];
        for (var i = 0; i < MaxFrames; i++)
        {
            var now = RigClock.Now;
            var (topic, header, payload) = Messages.Frame("cam", (ulong)i, now, 4800);
            if (!push.Send(topic, more: true) || !push.Send(header, more: true) || !push.Send(payload)) return Task.FromResult(1);
            times.Write((long)i * sizeof(long), now);
            if (i % 48 == 0) inlet.Bin(new BinRecord { Index = i / 48 }, used);
            never.WaitOne(1);
        }
        return Task.FromResult(0);
    }
}
