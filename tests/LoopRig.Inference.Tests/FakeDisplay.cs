namespace LoopRig.Inference.Tests;

/// <summary>Takes commands, and shows whatever the test says that it shows.</summary>
internal sealed class FakeDisplay(int room = int.MaxValue) : IStimulusDisplay
{
    private readonly Lock _gate = new();
    private readonly List<(int Stimulus, bool Queued, long AtNs)> _commands = new(256);

    public string Name => "screen";

    public IReadOnlyList<string> Stimuli { get; init; } = ["a", "b", "c"];

    public IReadOnlyList<double> Seconds { get; init; } = [0.5, 0.5, 0.5];

    public long FlippedNs { get; set; }

    public Queue<(int Stimulus, long SinceNs)> Changes { get; } = new();

    public List<(long Bin, long FrameNs, long DealtWithNs, bool Decided)> Answers { get; } = new(256);

    public (int Stimulus, bool Queued, long AtNs)[] Commands
    {
        get
        {
            lock (_gate)
            {
                return [.. _commands];
            }
        }
    }

    public bool TryTakeChange(out int stimulus, out long sinceNs)
    {
        var taken = Changes.TryDequeue(out var change);
        (stimulus, sinceNs) = change;
        return taken;
    }

    public bool Show(int stimulus, bool queued, long commandedNs)
    {
        lock (_gate)
        {
            if (_commands.Count >= room)
            {
                return false;
            }
            _commands.Add((stimulus, queued, commandedNs));
            return true;
        }
    }

    public void Answer(long bin, long frameNs, long dealtWithNs, bool decided)
    {
        lock (_gate)
        {
            Answers.Add((bin, frameNs, dealtWithNs, decided));
        }
    }
}
