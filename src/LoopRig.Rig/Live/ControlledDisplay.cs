using LoopRig.Inference;
using LoopRig.Stimulus.Live;

namespace LoopRig.Rig.Live;

/// <summary>A display of the rig as a controller's loop sees it.</summary>
internal sealed class ControlledDisplay(DisplayAdapter display) : IStimulusDisplay
{
    public string Name => display.Name;

    public IReadOnlyList<string> Stimuli => display.Names;

    public IReadOnlyList<double> Seconds => display.Seconds;

    public long FlippedNs => display.FlippedNs;

    public bool TryTakeChange(out int stimulus, out long sinceNs)
    {
        var taken = display.TryTakeChange(out var change);
        (stimulus, sinceNs) = ((int)change.Stimulus, change.SinceNs);
        return taken;
    }

    public bool Show(int stimulus, bool queued, long commandedNs) => display.Commands.Give(new DisplayCommand(stimulus, queued ? CommandPolicy.Queued : CommandPolicy.Latest, commandedNs));

    public void Answer(long bin, long frameNs, long dealtWithNs, bool decided) => display.Commands.Answer(bin, frameNs, dealtWithNs, decided);
}
