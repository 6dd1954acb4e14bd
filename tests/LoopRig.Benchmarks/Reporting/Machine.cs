using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace LoopRig.Benchmarks;

/// <summary>What the figures were measured on: without it they mean nothing.</summary>
internal static class Machine
{
    /// <summary>The processor's name as the kernel reports it.</summary>
    public static string Processor { get; } = ReadProcessor();

    /// <summary>The description as JSON, for the report and the kept results.</summary>
    public static JsonObject Describe() => new()
    {
        ["processor"] = Processor,
        ["cores"] = Environment.ProcessorCount,
        ["kernel"] = FirstLine("/proc/sys/kernel/osrelease"),
        ["load_average"] = FirstLine("/proc/loadavg").Split(' ')[0],
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["gc"] = $"{(GCSettings.IsServerGC ? "server" : "workstation")}, concurrent {Setting("System.GC.Concurrent", "true")}, {GCSettings.LatencyMode}",
        ["jit"] = $"tiered compilation {Setting("System.Runtime.TieredCompilation", "true")}, tiered PGO {Setting("System.Runtime.TieredPGO", "true")}",
    };

    private static string ReadProcessor()
    {
        foreach (var line in File.ReadLines("/proc/cpuinfo"))
        {
            if (line.StartsWith("model name", StringComparison.Ordinal))
            {
                return line[(line.IndexOf(':') + 1)..].Trim();
            }
        }
        return RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string FirstLine(string file) => File.Exists(file) ? File.ReadLines(file).First() : "unknown";

    private static string Setting(string name, string fallback) => AppContext.GetData(name)?.ToString() ?? fallback;
}
