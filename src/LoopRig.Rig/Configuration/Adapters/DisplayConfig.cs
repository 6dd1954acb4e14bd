using LoopRig.Core.Stimuli;
using LoopRig.Stimulus.Live;

namespace LoopRig.Rig.Configuration;

/// <summary>
/// A display that shows stimuli: streams NAME, a record a flip (what was shown; when it was commanded, drawn and flipped), and NAME/frames, what was shown, where
/// frames is given.
/// </summary>
public sealed class DisplayConfig : AdapterConfig
{
    /// <summary>The monitor as it stands before the animal.</summary>
    public MonitorDescription Monitor { get; init; } = new();

    /// <summary>Whether a window is opened; false draws without a display, for simulations.</summary>
    public bool Window { get; init; } = true;

    /// <summary>The screen to fill, by name or number; absent: a window without a frame.</summary>
    public string? Screen { get; init; }

    /// <summary>What paces the flips: vsync (the screen), paced (the computer's clock, where no screen does: the timing of light is then unverified) or free.</summary>
    public DisplayClock Clock { get; init; }

    /// <summary>Whether the upper left corner carries the flip code for a photodiode.</summary>
    public bool FlipCode { get; init; } = true;

    /// <summary>Stimulus files by the name that commands ask for them with.</summary>
    [InputFile]
    public Dictionary<string, string> Stimuli { get; init; } = [];

    /// <summary>The stimulus that is shown from the start on; absent: gray until a command comes.</summary>
    public string? First { get; init; }

    /// <summary>Whether a stimulus begins again when it ends.</summary>
    public bool Repeat { get; init; }

    /// <summary>Where commands come in over ZeroMQ (PULL), such as tcp://127.0.0.1:5610; absent: from this rig's controllers alone.</summary>
    public string? Commands { get; init; }

    /// <summary>The size of the stream NAME/frames; absent: it is not published.</summary>
    public ImageSizeConfig? Frames { get; init; }

    /// <summary>What no stimulus may exceed, whoever asks for it; the safe screen is shown instead.</summary>
    public DisplaySafetyConfig Safety { get; init; } = new();
}
