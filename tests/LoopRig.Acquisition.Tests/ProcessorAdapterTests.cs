using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class ProcessorAdapterTests : IDisposable
{
    private readonly ZmqContext _context = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static StreamDescriptor Input => new()
    {
        Name = "raw",
        Kind = StreamKind.Vector,
        DType = DType.F32,
        Shape = [2],
        RateHz = 100,
        ClockId = 7,
        Clock = "device",
    };

    private string Endpoint => $"ipc://{_folder}/raw";

    public void Dispose()
    {
        _context.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Run_StreamOfAnotherAdapter_ProcessesItWithItsTimesAndClock()
    {
        using StreamPublisher publisher = new(_context, [Input], new StreamPublisherOptions { Endpoint = Endpoint });
        using CollectingOutput output = new(stopAfter: 20);
        Thread thread = Start(output, out ProcessorAdapter adapter);
        Assert.True(publisher.WaitForSubscribers(0, 1, Stop));
        for (int i = 0; i < 10; i++) Send(publisher, i);
        thread.Join();

        CollectedMessage[] sums = output.Of(0);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 3f * i), sums.Select(m => m.Values[0]));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 1000L + i), sums.Select(m => m.Header.DeviceTimeNs));
        Assert.All(sums, m => Assert.Equal((7u, true), (m.Header.Clock.Value, m.Header.HostTimeNs > 0 && m.Header.HostTimeNs < m.AtNs)));
        Assert.Equal(0, adapter.Drops);
        adapter.Dispose();
    }

    [Fact]
    public void Run_PublisherOfALaterStart_IsProcessedFromItsFirstSample()
    {
        using CollectingOutput output = new(stopAfter: 2);
        Thread thread = Start(output, out ProcessorAdapter adapter);
        using StreamPublisher publisher = new(_context, [Input], new StreamPublisherOptions { Endpoint = Endpoint });
        Assert.True(publisher.WaitForSubscribers(0, 1, Stop));
        Send(publisher, 5);
        thread.Join();
        Assert.Equal(15, output.Of(0)[0].Values[0]);
        adapter.Dispose();
    }

    [Fact]
    public void Run_SourceOfANewEpoch_ResetsTheProcessorAndMarksEachOutputOnce()
    {
        using StreamPublisher publisher = new(_context, [Input], new StreamPublisherOptions { Endpoint = Endpoint });
        using CollectingOutput output = new(stopAfter: 8);
        Thread thread = Start(output, out ProcessorAdapter adapter);
        Assert.True(publisher.WaitForSubscribers(0, 1, Stop));
        for (int i = 0; i < 4; i++) Send(publisher, i, i == 2 ? FrameFlags.NewEpoch : FrameFlags.None);
        thread.Join();
        bool[] marks = [true, false, true, false];
        Assert.Equal(marks, output.Of(0).Select(m => m.Header.Flags == FrameFlags.NewEpoch));
        Assert.Equal(marks, output.Of(1).Select(m => m.Header.Flags == FrameFlags.NewEpoch));
        Assert.Equal([1f, 2f, 1f, 2f], output.Of(1).Select(m => m.Values[0])); // the processor counts within an epoch
        adapter.Dispose();
    }

    [Fact]
    public void Run_InputLosesMessagesAndBringsOthers_CountsAndTells()
    {
        using ZmqSocket publisher = _context.CreateSocket(ZmqSocketType.XPub);
        publisher.Bind(Endpoint);
        using ReportingOutput output = new();
        Thread thread = Start(output, out ProcessorAdapter adapter, output.Stop);
        publisher.ReceiveTimeoutMs = 10_000;
        for (int subscription = 0; subscription < 2; subscription++) Assert.True(publisher.Receive(new byte[64], out _));
        foreach (ulong sequence in (ulong[])[0, 1, 5, 6]) SendRaw(publisher, sequence, [1, 2]);
        SendRaw(publisher, 7, [1, 2, 3]); // a source that changed its shape
        SendRaw(publisher, 8, [1, 2]);
        while (!thread.Join(1))
        {
            if (output.Reports.Count == 2) output.Cancel();
        }

        Assert.Equal(4, adapter.Drops);
        (int stream, SourceReport lost) = output.Reports.Single(r => r.Report.Kind == SourceReportKind.Dropped);
        Assert.Equal((0, 3L), (stream, lost.Count));
        Assert.True(lost.StartNs <= lost.EndNs && lost.EndNs <= RigClock.Now);
        Assert.Contains("raw", lost.Text);
        Assert.Equal(1, output.Reports.Single(r => r.Report.Kind == SourceReportKind.Mismatch).Report.Count);
        adapter.Dispose();
    }

    [Fact]
    public void Run_AfterWarmUp_AllocatesNothing()
    {
        using StreamPublisher publisher = new(_context, [Input], new StreamPublisherOptions { Endpoint = Endpoint });
        AllocationOutput output = new(warmUp: 500);
        using CancellationTokenSource stop = new();
        ProcessorAdapter adapter = new(_context, "sum", new StreamSource(Input, [Endpoint]), new SumAndCount(Input));
        Thread thread = new(() => adapter.Run(output, stop.Token));
        thread.Start();
        Assert.True(publisher.WaitForSubscribers(0, 1, Stop));
        for (int i = 0; i < 2000; i++)
        {
            Send(publisher, i);
            while (i % 50 == 49 && output.Count < 2 * (i + 1)) Assert.False(Stop.WaitHandle.WaitOne(1)); // the queue holds 2 s of the stream's rate
        }

        stop.Cancel();
        thread.Join();
        Assert.Equal(4000, output.Count);
        Assert.Equal(0, output.Allocated);
        adapter.Dispose();
    }

    [Fact]
    public void Find_AmongSeveralEndpoints_WaitsForTheOneThatPublishesTheStream()
    {
        StreamSource? found = null;
        Thread thread = new(() => found = StreamSource.Find(_context, "raw", [$"ipc://{_folder}/nobody", Endpoint], Stop));
        thread.Start();
        using StreamPublisher publisher = new(_context, [Input], new StreamPublisherOptions { Endpoint = Endpoint });
        thread.Join();
        Assert.Equal("device", found!.Stream.Clock);
    }

    private static void Send(StreamPublisher publisher, int i, FrameFlags flags = FrameFlags.None)
    {
        ReadOnlySpan<float> values = [i, 2 * i];
        publisher.Publish(0, FrameHeader.Samples(DType.F32, [2], 1000 + i) with { Clock = new ClockId(7), Flags = flags }, MemoryMarshal.AsBytes(values));
    }

    private static void SendRaw(ZmqSocket socket, ulong sequence, float[] values)
    {
        FrameHeader message = FrameHeader.Samples(DType.F32, [values.Length], 1000 + (long)sequence) with { Clock = new ClockId(7), Sequence = sequence, Epoch = 1 };
        byte[] header = new byte[WireFormat.HeaderLength];
        ReadOnlySpan<byte> payload = MemoryMarshal.AsBytes(values.AsSpan());
        WireFormat.WriteHeader(header, message, payload);
        socket.Send(WireFormat.Topic("raw"), more: true);
        socket.Send(header, more: true);
        socket.Send(payload);
    }

    private Thread Start(CollectingOutput output, out ProcessorAdapter adapter) => Start(output, out adapter, output.Stop);

    private Thread Start(IStreamOutput output, out ProcessorAdapter adapter, CancellationToken stop)
    {
        ProcessorAdapter made = new(_context, "sum", new StreamSource(Input, [Endpoint]), new SumAndCount(Input));
        Thread thread = new(() => made.Run(output, stop));
        thread.Start();
        adapter = made;
        return thread;
    }

    /// <summary>The sum of each sample on one stream, their number in the epoch on another.</summary>
    private sealed class SumAndCount(StreamDescriptor input) : IStreamProcessor
    {
        private int _count;

        public IReadOnlyList<StreamDescriptor> Streams { get; } = [input with { Name = "sum", Shape = [1] }, input with { Name = "count", Shape = [1] }];

        public void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
        {
            if ((header.Flags & FrameFlags.NewEpoch) != 0) _count = 0;
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(payload);
            Span<float> made = [values[0] + values[1], ++_count];
            FrameHeader one = FrameHeader.Samples(DType.F32, [1], header.DeviceTimeNs) with { Clock = header.Clock, HostTimeNs = header.HostTimeNs };
            for (int stream = 0; stream < 2; stream++) output.Publish(stream, one, MemoryMarshal.AsBytes(made.Slice(stream, 1)));
        }

        public void Dispose()
        {
        }
    }

    private sealed class ReportingOutput : IStreamOutput, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public List<(int Stream, SourceReport Report)> Reports { get; } = [];

        public int Published { get; private set; }

        public CancellationToken Stop => _stop.Token;

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => Published++;

        public void Report(int stream, in SourceReport report) => Reports.Add((stream, report));

        public void Cancel() => _stop.Cancel();

        public void Dispose() => _stop.Dispose();
    }
}
