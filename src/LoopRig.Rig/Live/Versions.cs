using System.Reflection;
using System.Runtime.InteropServices;
using LoopRig.Native.Zmq;
using LoopRig.Torch;

namespace LoopRig.Rig.Live;

/// <summary>The versions that a session names: without them a replay cannot promise the same bits.</summary>
internal static class Versions
{
    public static Dictionary<string, string> Collect(bool withTorch)
    {
        var versions = new Dictionary<string, string>
        {
            ["looprig"] = typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["zeromq"] = ZmqContext.Version.ToString(),
        };
        if (withTorch)
        {
            versions["libtorch"] = LibTorch.Version.ToString();
        }
        return versions;
    }
}
