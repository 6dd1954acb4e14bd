using LoopRig.Native.Gl;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Stimulus.Displays;

/// <summary>Where a canvas is shown. Opened, used and closed on one thread.</summary>
public interface IDisplay : IDisposable
{
    /// <summary>Draws.</summary>
    GlContext Gl { get; }

    /// <summary>What it is, for the log.</summary>
    string Description { get; }

    /// <summary>The driver counts the screen's refreshes: the second source of drops.</summary>
    bool HasRefreshCounter { get; }

    /// <summary>Somebody has closed it, or its screen was unplugged.</summary>
    bool IsLost { get; }

    /// <summary>Shows the renderer's canvas, and says when. Allocates nothing.</summary>
    FlipStamp Show(StimulusRenderer renderer);
}
