using System.Text.Json.Nodes;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Benchmarks;

/// <summary>Where the time of a step goes: the calls of its program by what they do.</summary>
internal sealed record CallTimes(JsonArray Json, string Text)
{
    private const int Steps = 20;
    private const double Shown = 0.005; // smaller shares are summed up on the terminal

    /// <param name="network">The network.</param>
    /// <param name="inputs">One sequence an input.</param>
    /// <param name="optimised">As it runs live; else call by call as the step was recorded.</param>
    public static CallTimes Measure(INetwork network, IReadOnlyList<Sequence> inputs, bool optimised)
    {
        using var scope = new Scope();
        using var program = Torch.Program.Record(
            Device.Cpu,
            [.. inputs.Select(input => (input.Name, Tensor.Zeros([1, .. input.FrameShape])))],
            network.InitialState(1),
            (given, state) =>
            {
                var (output, next) = network.Step(given, state);
                return ([output], next);
            },
            optimised);
        for (var frame = -3; frame < Steps; frame++)
        {
            if (frame == 0)
            {
                program.TimesCalls = true; // the buffers are in place
            }
            for (var i = 0; i < inputs.Count; i++)
            {
                inputs[i].Frame((frame + 3) % inputs[i].Frames).CopyTo(program.Input(i));
            }
            program.Run();
        }
        var groups = program.CallTimesNs
            .GroupBy(call => call.Call[..call.Call.IndexOf('(')])
            .Select(group => (Name: group.Key, Calls: group.Count(), Milliseconds: group.Sum(call => call.Nanoseconds) / 1e6 / Steps))
            .OrderByDescending(group => group.Milliseconds)
            .ToArray();
        var total = groups.Sum(group => group.Milliseconds);
        var large = groups.Where(group => group.Milliseconds >= Shown * total).ToArray();
        return new CallTimes(
            new JsonArray([.. groups.Select(group => new JsonObject { ["call"] = group.Name, ["count"] = group.Calls, ["ms"] = Result.Round(group.Milliseconds) })]),
            string.Join(", ", large.Select(group => $"{group.Name} {group.Milliseconds:0.00} ms in {group.Calls}"))
                + $", {groups.Length - large.Length} others {groups.Except(large).Sum(group => group.Milliseconds):0.00} ms; all {total:0.0} ms");
    }
}
