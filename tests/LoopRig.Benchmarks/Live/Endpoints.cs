namespace LoopRig.Benchmarks;

/// <summary>Free endpoints of a transport.</summary>
internal static class Endpoints
{
    public static string Of(string transport) =>
        transport == "ipc" ? $"ipc://{Path.GetTempPath()}looprig-bench-{Guid.NewGuid():N}" : "tcp://127.0.0.1:*";
}
