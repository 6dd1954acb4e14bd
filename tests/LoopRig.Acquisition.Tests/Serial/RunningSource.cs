using System.Collections.Concurrent;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests.Serial;

/// <summary>A source or adapter on a thread of its own, with what it published and reported.</summary>
internal sealed class RunningSource : IStreamOutput, IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Thread _thread;
    private Exception? _failure;

    internal RunningSource(Action<IStreamOutput, CancellationToken> run)
    {
        _thread = new Thread(() => _failure = Record.Exception(() => run(this, _stop.Token)));
        _thread.Start();
    }

    internal ConcurrentQueue<CollectedMessage> Messages { get; } = [];

    internal ConcurrentQueue<SourceReport> Reports { get; } = [];

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => Messages.Enqueue(new CollectedMessage(stream, header, payload.ToArray(), RigClock.Now));

    public void Report(int stream, in SourceReport report) => Reports.Enqueue(report);

    internal CollectedMessage[] Of(int stream) => [.. Messages.Where(m => m.Stream == stream)];

    internal SourceReport Await(SourceReportKind kind)
    {
        Until(() => Reports.Any(r => r.Kind == kind));
        return Reports.First(r => r.Kind == kind);
    }

    /// <summary>Waits until something has come about on the source's thread.</summary>
    internal void Until(Func<bool> condition)
    {
        while (!condition())
        {
            Assert.Null(_failure);
            Assert.False(_stop.Token.WaitHandle.WaitOne(1), "the test was cancelled");
        }
    }

    internal void Stop()
    {
        _stop.Cancel();
        _thread.Join();
        Assert.Null(_failure);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }
}
