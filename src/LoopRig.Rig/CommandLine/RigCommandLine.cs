using System.CommandLine;
using System.CommandLine.Help;

namespace LoopRig.Rig.CommandLine;

/// <summary>The verbs of ./looprig.</summary>
internal static class RigCommandLine
{
    /// <summary>Runs one verb and gives the exit code: 0 done, 1 failed, 2 bad arguments or configuration, 3 not ready.</summary>
    public static int Run(string[] arguments)
    {
        var root = Root();
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
        }
        foreach (var error in parsed.Errors)
        {
            Console.Error.WriteLine($"looprig: {error.Message}");
        }
        var verb = parsed.CommandResult.Command;
        Console.Error.WriteLine($"See ./looprig{(verb == root ? "" : " " + verb.Name)} --help");
        return ExitCodes.BadArguments;
    }

    /// <summary>Every verb. Not a RootCommand, which would call itself by the assembly's name in the help.</summary>
    internal static Command Root() => new("./looprig", "LoopRig predicts every recorded neuron, frame by frame, in a closed-loop rig.")
    {
        new HelpOption(),
        new VersionOption(),
        DemoVerb.Create(),
        RunVerb.Create(),
        VerifyVerb.Create(),
        SessionsVerb.Create(),
        ReplayVerb.Create(),
        TrainVerb.Create(),
        ModelVerb.Create(),
        EvaluateVerb.Create(),
        SweepVerb.Create(),
        SweepVerb.CreateCell(),
        SynthesizeVerb.Create(),
        StimulusVerb.Create(),
        BenchVerb.Create(),
        TestVerb.Create(),
    };
}
