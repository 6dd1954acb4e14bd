using LoopRig.Core.Stimuli;

namespace LoopRig.Stimulus.Live;

/// <summary>A rig's display: where it shows, how it is paced, what it may show.</summary>
public sealed record DisplayOptions
{
    /// <summary>The adapter's name: that of its stream of flips.</summary>
    public required string Name { get; init; }

    /// <summary>The monitor.</summary>
    public MonitorDescription Monitor { get; init; } = new();

    /// <summary>Whether it opens a window; else it draws without a display.</summary>
    public bool Window { get; init; } = true;

    /// <summary>The screen to fill, by name or number; null: a window without a frame.</summary>
    public string? Screen { get; init; }

    /// <summary>What paces the flips.</summary>
    public DisplayClock Clock { get; init; }

    /// <summary>Whether the corner carries the flip's mark.</summary>
    public bool FlipCode { get; init; } = true;

    /// <summary>What can be asked for, by name: prepared before the first flip.</summary>
    public IReadOnlyDictionary<string, StimulusFile> Stimuli { get; init; } = new Dictionary<string, StimulusFile>();

    /// <summary>The one that is shown when the display starts; null: gray until a command comes.</summary>
    public string? First { get; init; }

    /// <summary>Begins it again when it ends.</summary>
    public bool Repeat { get; init; }

    /// <summary>Where commands come in over ZeroMQ; null: nowhere.</summary>
    public string? CommandEndpoint { get; init; }

    /// <summary>Rows of the stream NAME/frames, the frames that were shown; 0: it is not published.</summary>
    public int FramesHeight { get; init; }

    /// <summary>Columns of it.</summary>
    public int FramesWidth { get; init; }

    /// <summary>What no stimulus may exceed.</summary>
    public SafetyLimits Safety { get; init; } = new();
}
