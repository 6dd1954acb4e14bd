using System.Text.Json.Nodes;

namespace LoopRig.Rig.CommandLine;

/// <summary>How a verb ended.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Summary">What <c>--summary</c> writes.</param>
internal sealed record VerbResult(int ExitCode, JsonObject Summary);
