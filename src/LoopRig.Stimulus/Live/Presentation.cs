using LoopRig.Core.Stimuli;

namespace LoopRig.Stimulus.Live;

/// <summary>What is being shown, and what waits: decides for each flip which frame of which plan it is. Allocates nothing.</summary>
public sealed class Presentation(IReadOnlyList<StimulusPlan> plans)
{
    private const int Room = 64;
    private readonly DisplayCommand[] _waiting = new DisplayCommand[Room];
    private int _first, _count;

    /// <summary>The plan that is shown; null: gray.</summary>
    public StimulusPlan? Plan { get; private set; }

    /// <summary>Its number in the list; -1: gray.</summary>
    public int Stimulus { get; private set; } = -1;

    /// <summary>The frame of the plan.</summary>
    public int Frame { get; private set; }

    /// <summary>The segment of the frame.</summary>
    public int Segment { get; private set; }

    /// <summary>Commands begun so far, less 1; -1: none yet.</summary>
    public long Command { get; private set; } = -1;

    /// <summary>When the command was given, ns of the rig clock.</summary>
    public long CommandedNs { get; private set; }

    /// <summary>What the command asked to become of what was shown before.</summary>
    public CommandPolicy Policy { get; private set; }

    /// <summary>Commands that a newer one replaced before they were shown, or that found no room.</summary>
    public long Replaced { get; private set; }

    /// <summary>This flip is the first of a command.</summary>
    public bool IsFirst { get; private set; }

    /// <summary>Takes a command; it counts from the next <see cref="Advance"/> on.</summary>
    public void Take(in DisplayCommand command)
    {
        if (command.Policy == CommandPolicy.Latest)
        {
            Replaced += _count;
            _count = 0;
            Plan = null;
        }
        if (_count == Room)
        {
            Replaced++;
            return;
        }
        _waiting[(_first + _count++) % Room] = command;
    }

    /// <summary>Goes on to the next frame, or to the next command when a plan is over.</summary>
    public void Advance()
    {
        IsFirst = false;
        if (Plan is not null && ++Frame < Plan.Frames)
        {
            Segment = Plan.SegmentAt(Frame, Segment);
            return;
        }
        (Plan, Stimulus) = (null, -1);
        if (_count == 0)
        {
            return;
        }
        var next = _waiting[_first];
        (_first, _count) = ((_first + 1) % Room, _count - 1);
        (Command, CommandedNs, IsFirst, Frame, Segment) = (Command + 1, next.CommandedNs, true, 0, 0);
        (Stimulus, Policy) = (next.Stimulus, next.Policy);
        Plan = next.Stimulus >= 0 && plans[next.Stimulus].Frames > 0 ? plans[next.Stimulus] : null;
    }

    /// <summary>Ends what is shown and forgets what waits: the safe screen.</summary>
    public void Clear()
    {
        Replaced += _count;
        (_count, Plan, Stimulus) = (0, null, -1);
    }
}
