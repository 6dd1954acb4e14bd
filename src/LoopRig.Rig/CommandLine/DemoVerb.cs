using System.CommandLine;
using LoopRig.Rig.Inception;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>demo</c>: the inception loop on the simulated head-fixed rig.</summary>
internal static class DemoVerb
{
    public static Command Create() =>
        Verb.Create("demo", "The inception loop on a simulated rig: collect, train, select, synthesise, present, verify; ends with a report, goes on where it was interrupted.", [], (_, stop) => InceptionDemo.Execute(stop));
}
