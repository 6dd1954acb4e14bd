using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LoopRig.Rig.Hosting;

/// <summary>
/// Carries a rig's services: starts them one after another in the order given, each only when the one before is up, and stops them in the reverse order.
/// A service that fails to start stops those that did start. So sources start after the recorder that takes their samples, and stop before it.
/// </summary>
public static class RigHost
{
    /// <summary>How long one clean end may take before the process gives up on it.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs the services until the rig has finished, a service failed, or a stop is asked for.</summary>
    /// <param name="services">The parts of the rig in the order of their start. Each one's stop must bear being called without its start.</param>
    /// <param name="finished">Ends the run: done, or failed with what went wrong while running.</param>
    /// <param name="stop">Ctrl-C or SIGTERM.</param>
    /// <exception cref="Core.LoopRigException">What a service raised on start or stop, or what <paramref name="finished"/> failed with.</exception>
    public static async Task RunAsync(IReadOnlyList<IHostedService> services, Task finished, CancellationToken stop)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ServicesStartConcurrently = false;
            options.ServicesStopConcurrently = false;
            options.ShutdownTimeout = StopTimeout;
        });
        // The process's signals belong to the command line, which knows the second Ctrl-C; the host must not take them too.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        foreach (var service in services)
        {
            builder.Services.AddSingleton(service);
        }
        using var host = builder.Build();
        try
        {
            await host.StartAsync(stop).ConfigureAwait(false);
            await finished.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to end: the clean way is the one below.
        }
        finally
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
