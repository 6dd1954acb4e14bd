using Microsoft.Extensions.Hosting;

namespace LoopRig.Rig.Live;

/// <summary>One part of the rig as the host sees it.</summary>
/// <param name="start">Returns when the part is up.</param>
/// <param name="stop">Returns when the part has ended in order; must bear being called without a start.</param>
internal sealed class RigService(Func<CancellationToken, Task> start, Action stop) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => start(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken)
    {
        stop();
        return Task.CompletedTask;
    }
}
