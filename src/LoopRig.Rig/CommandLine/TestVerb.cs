using System.CommandLine;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>test</c>: every test.</summary>
internal static class TestVerb
{
    public static Command Create() => Verb.Create("test", "Run every test; the last line counts them.", [], (_, stop) =>
    {
        var report = new TestSuite(Checkout.Root, Console.Out).Run(stop);
        return new VerbResult(report.Failed == 0 ? ExitCodes.Done : ExitCodes.Failed, report.ToJson());
    });
}
