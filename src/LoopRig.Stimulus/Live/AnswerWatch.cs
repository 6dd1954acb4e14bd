using LoopRig.Core;
using LoopRig.Stimulus.Displays;

namespace LoopRig.Stimulus.Live;

/// <summary>Measures how soon a display answers: every command, and every frame of a camera that a controller has dealt with. Allocates nothing.</summary>
public sealed class AnswerWatch
{
    private long _bin = -1;

    /// <summary>From a command of the policy latest to the canvas on which its first frame was drawn. One that waits for another stimulus to end is none of these.</summary>
    public LatencyHistogram CommandToDrawn { get; } = new();

    /// <summary>From a command of the policy latest to the flip of its first frame.</summary>
    public LatencyHistogram CommandToFlip { get; } = new();

    /// <summary>From the decision about a bin, whether it asked for a stimulus or not, to the first canvas that was drawn in its knowledge.</summary>
    public LatencyHistogram DecisionToDrawn { get; } = new();

    /// <summary>From the receipt of a bin's last frame to the flip that answered it.</summary>
    public LatencyHistogram FrameToFlip { get; } = new();

    /// <summary>Commands whose first frame was flipped, and those for gray.</summary>
    public long Drawn { get; private set; }

    /// <summary>Stimuli that a limit stopped, before their first frame or later.</summary>
    public long Stopped { get; internal set; }

    internal void Answered(FrameAnswer answer, in FlipStamp stamp)
    {
        if (answer.Bin == _bin)
        {
            return;
        }
        _bin = answer.Bin;
        DecisionToDrawn.Record(stamp.DrawnNs - answer.DecidedNs);
        FrameToFlip.Record(stamp.FlippedNs - answer.FrameNs);
    }

    internal void Began(CommandPolicy policy, long commandedNs, in FlipStamp stamp)
    {
        Drawn++;
        if (policy == CommandPolicy.Latest)
        {
            CommandToDrawn.Record(stamp.DrawnNs - commandedNs);
            CommandToFlip.Record(stamp.FlippedNs - commandedNs);
        }
    }
}
