using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>A network that is evaluated.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Network">The network.</param>
/// <param name="TrainedOn">The session that it was trained on; null where its file does not tell.</param>
/// <param name="Frames">Bins of a window, or of a sequence as it was trained on.</param>
/// <param name="BurnIn">First bins of a stretch that are not scored.</param>
internal sealed record LoadedNetwork(string Name, INetwork Network, string? TrainedOn, int Frames, int BurnIn);
