using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Simulated;
using LoopRig.Simulation.HeadFixed;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Rig.HeadFixed;

/// <summary>
/// Records the simulated head-fixed mouse faster than real time: the renderer draws each frame at its simulated flip, the cortex sees it, and all of it goes
/// through the recorder into an ordinary session, as live.
/// </summary>
internal static class HeadFixedRecording
{
    /// <summary>The file beside a session's log that holds the truth about the neurons (<see cref="HeadFixedTruth"/>); the same is the session's first event.</summary>
    public const string TruthName = "truth.json";

    /// <summary>Shows a stimulus file from its beginning to its end.</summary>
    /// <inheritdoc cref="Record(StimulusPlan, HeadFixedSettings, string, Action{double}, CancellationToken)"/>
    public static HeadFixedTruth Record(StimulusFile stimulus, HeadFixedSettings settings, string folder, Action<double> progress, CancellationToken stop) =>
        Record(stimulus.Plan(settings.Monitor, new PictureFiles()), settings, folder, progress, stop);

    /// <summary>Shows a plan from its beginning to its end.</summary>
    /// <param name="plan">What is shown, for the settings' monitor. Flip k is frame k of the plan, at 48 ms + k / rate of the session's clock.</param>
    /// <param name="settings">The animal.</param>
    /// <param name="folder">The session's folder; must not hold a session.</param>
    /// <param name="progress">Told the simulated seconds that are done, a few times a second.</param>
    /// <param name="stop">Ends early, with what is recorded kept.</param>
    /// <returns>The truth about the mouse.</returns>
    /// <exception cref="Core.NativeLibraryException">There is no OpenGL 4.5 without a display.</exception>
    public static HeadFixedTruth Record(StimulusPlan plan, HeadFixedSettings settings, string folder, Action<double> progress, CancellationToken stop)
    {
        var display = new DisplayOptions { Name = SimulatedHeadFixedRig.Display, FlipCode = false, FramesHeight = settings.Height, FramesWidth = settings.Width };
        return Record(plan, display, SimulatedHeadFixedRig.Animal(settings), folder, progress, stop);
    }

    /// <summary>The same on a rig of one's own.</summary>
    /// <param name="plan">What is shown.</param>
    /// <param name="screen">The display: its name, flip code and frames.</param>
    /// <param name="animal">The adapters behind it: the mouse, and what takes its streams.</param>
    /// <param name="folder">The session's folder; must not hold a session.</param>
    /// <param name="progress">Told the simulated seconds that are done, a few times a second.</param>
    /// <param name="stop">Ends early, with what is recorded kept.</param>
    public static HeadFixedTruth Record(StimulusPlan plan, DisplayOptions screen, IReadOnlyList<AdapterConfig> animal, string folder, Action<double> progress, CancellationToken stop)
    {
        var mouse = animal.OfType<SimulatedHeadFixedConfig>().Single();
        if (plan.Geometry.Monitor != mouse.Monitor)
        {
            throw new ArgumentException("the plan was made for another monitor than the animal sits before", nameof(plan));
        }
        using var display = new SimulatedDisplay(screen, plan, SimulatedRecording.StartNs);
        HeadFixedTruth? truth = null;
        SimulatedRecording.Record(display, animal, SimulatedRecording.Subject($"simulated, head-fixed, seed {mouse.Seed}, session {mouse.Session}"),
            pipeline => (truth = pipeline.Processors.OfType<HeadFixedMouse>().Single().Truth).ToEvent(), folder, progress, stop);
        File.WriteAllBytes(Path.Combine(folder, TruthName), truth!.ToJson());
        return truth;
    }
}
