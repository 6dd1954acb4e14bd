using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;

namespace LoopRig.Rig.Inception;

/// <summary>The rig as the loop uses it: it shows a stimulus file and records what happens, with or without a network that predicts.</summary>
internal interface IInceptionRig
{
    /// <summary>Its configuration.</summary>
    RigConfig Config { get; }

    /// <summary>Rows and columns of what the network sees: the display's frames.</summary>
    (int Height, int Width) Frames { get; }

    /// <summary>Name of the display, and of its stream of flips.</summary>
    string Display { get; }

    /// <summary>The monitor that stimulus files are worked out for.</summary>
    MonitorDescription Monitor { get; }

    /// <summary>Length of a bin, ms, as the network is trained and predicts.</summary>
    double BinMs { get; }

    /// <summary>Shows a stimulus file from its beginning to its end, and records the session.</summary>
    /// <param name="stimulus">The file.</param>
    /// <param name="folder">Where the session's folder is made.</param>
    /// <param name="number">Which recording of the loop it is: a simulated animal then does something else than in the others.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="stop">Ends it before its time.</param>
    /// <returns>The session's folder.</returns>
    string Record(string stimulus, string folder, int number, Action<double> progress, CancellationToken stop);

    /// <summary>The same in real time, while a network predicts every neuron live.</summary>
    /// <param name="stimulus">The file.</param>
    /// <param name="network">The network's file.</param>
    /// <param name="folder">Where the session's folder is made.</param>
    /// <param name="number">Which recording of the loop it is.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="stop">Ends it before its time.</param>
    RunSummary Present(string stimulus, string network, string folder, int number, Action<double> progress, CancellationToken stop);
}
