using System.CommandLine;
using LoopRig.Rig.Demo;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>demo</c>: the whole loop on a simulated animal.</summary>
internal static class DemoVerb
{
    public static Command Create() => Verb.Create("demo", "Record, train and predict live on a simulated mouse; ends with a report.", [], (_, stop) => DemoRun.Execute(stop));
}
