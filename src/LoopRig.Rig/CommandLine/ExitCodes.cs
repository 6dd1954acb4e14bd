using LoopRig.Core;

namespace LoopRig.Rig.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadArguments = 2;
    public const int NotReady = 3;

    /// <summary>The code of an error that a verb raised.</summary>
    public static int Of(Exception error) => error switch
    {
        RigConfigException => BadArguments,
        NotReadyException or NativeLibraryException => NotReady,
        _ => Failed,
    };
}
