using LoopRig.Core;
using LoopRig.Rig.Hosting;
using Microsoft.Extensions.Hosting;

namespace LoopRig.Rig.Tests.Hosting;

public class RigHostTests
{
    [Fact]
    public async Task RunAsync_WhenFinished_StopsInReverseOrderOfStart()
    {
        var log = new List<string>();

        await RigHost.RunAsync([new Service("recorder", log), new Service("loop", log), new Service("source", log)], Task.CompletedTask, TestContext.Current.CancellationToken);

        Assert.Equal(["start recorder", "start loop", "start source", "stop source", "stop loop", "stop recorder"], log);
    }

    [Fact]
    public async Task RunAsync_WhenStopIsAsked_EndsCleanly()
    {
        var log = new List<string>();
        using var stop = new CancellationTokenSource();
        var source = new Service("source", log) { OnStart = stop.Cancel };

        await RigHost.RunAsync([source], new TaskCompletionSource().Task, stop.Token);

        Assert.Equal("stop source", log[^1]);
    }

    [Fact]
    public async Task RunAsync_WhenAServiceFailsToStart_StopsThoseBeforeAndRaisesItsError()
    {
        var log = new List<string>();
        var failing = new Service("source", log) { OnStart = () => throw new DeviceException("camera", "is gone") };

        var error = await Assert.ThrowsAsync<DeviceException>(() => RigHost.RunAsync(
            [new Service("recorder", log), failing, new Service("never", log)], new TaskCompletionSource().Task, TestContext.Current.CancellationToken));

        Assert.Equal("camera", error.Device);
        Assert.Contains("stop recorder", log);
        Assert.DoesNotContain("start never", log);
    }

    [Fact]
    public async Task RunAsync_WhenTheRunFails_StopsAndRaisesTheError()
    {
        var log = new List<string>();

        await Assert.ThrowsAsync<DeviceException>(() => RigHost.RunAsync(
            [new Service("recorder", log)], Task.FromException(new DeviceException("disk", "is full")), TestContext.Current.CancellationToken));

        Assert.Equal("stop recorder", log[^1]);
    }

    private sealed class Service(string name, List<string> log) : IHostedService
    {
        public Action OnStart { get; init; } = () => { };

        public Task StartAsync(CancellationToken cancellationToken)
        {
            log.Add("start " + name);
            OnStart();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            log.Add("stop " + name);
            return Task.CompletedTask;
        }
    }
}
