using LoopRig.Rig.CommandLine;

namespace LoopRig.Rig;

internal static class Program
{
    private static int Main(string[] arguments) => RigCommandLine.Run(arguments);
}
