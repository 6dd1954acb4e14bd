using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Rig.Configuration;
using LoopRig.Stimulus.Live;

namespace LoopRig.Rig.Live;

/// <summary>Makes a rig's controller from its configuration, and sums it up after a run.</summary>
internal static class RigController
{
    /// <summary>Makes the controller and ties it to its display; null where the rig has none.</summary>
    /// <param name="config">The rig, checked.</param>
    /// <param name="sources">The rig's sources, the display among them.</param>
    public static ControlParts? Create(RigConfig config, IEnumerable<AdapterThread> sources)
    {
        if (config.Controller is not { } wanted)
        {
            return null;
        }
        var name = ControllerCheck.DisplayOf(config, wanted).Name;
        var adapter = sources.Select(static s => AdapterFactory.Bare(s.Adapter)).OfType<DisplayAdapter>().First(d => d.Name == name);
        var display = new ControlledDisplay(adapter);
        var controller = Create(wanted, display);
        Rehearse(controller, display);
        return new ControlParts(controller, display, wanted.UseFallbacks);
    }

    /// <summary>What a run's summary says of its controller; null without one.</summary>
    public static JsonObject? Summarise(LiveRig rig)
    {
        if (rig.Inference?.Control is not { } control || rig.Control is not { } parts)
        {
            return null;
        }
        var display = rig.Sources.Select(static s => AdapterFactory.Bare(s.Adapter)).OfType<DisplayAdapter>().First(d => d.Name == parts.Display.Name);
        return new JsonObject
        {
            ["display"] = parts.Display.Name,
            ["decisions"] = control.Decisions,
            ["replaced"] = control.Edge.Replaced,
            ["commands"] = control.Commands.Given,
            ["commands_refused"] = control.Commands.Refused,
            ["commands_drawn"] = display.Answers.Drawn,
            ["commands_replaced"] = display.Replaced,
            ["stopped_by_safety"] = display.Answers.Stopped,
            ["display_stalls"] = control.Stalls,
            ["faults"] = control.Faults,
            ["prediction_to_command_us"] = RunSummary.Json(control.PredictionToCommand.Summarise()),
            ["prediction_to_decision_us"] = RunSummary.Json(control.PredictionToDecision.Summarise()),
            ["command_to_drawn_us"] = RunSummary.Json(display.Answers.CommandToDrawn.Summarise()),
            ["command_to_flip_us"] = RunSummary.Json(display.Answers.CommandToFlip.Summarise()),
            ["decision_to_drawn_us"] = RunSummary.Json(display.Answers.DecisionToDrawn.Summarise()),
            ["frame_to_flip_us"] = RunSummary.Json(display.Answers.FrameToFlip.Summarise()),
            ["counted"] = parts.Controller.Summarise(),
        };
    }

    private static IController Create(ControllerConfig config, IStimulusDisplay display) => config switch
    {
        ThresholdControllerConfig c => new ThresholdController(
            [.. c.Rules.Select(rule => new ThresholdRule
            {
                Units = rule.Units,
                Above = rule.Above,
                RearmBelow = rule.RearmBelow ?? rule.Above,
                RefractoryNs = (long)(rule.RefractoryMs * 1e6),
                Stimulus = Number(rule.Stimulus, display),
            })], c.Policy == CommandPolicy.Queued, c.Then is { } then ? Number(then, display) : null),
        BehaviourControllerConfig c => new BehaviourController(
            [.. c.States.Select(state => new BehaviourRule
            {
                Variable = state.Variable,
                Above = state.Above,
                LeaveBelow = state.LeaveBelow ?? state.Above,
                HoldNs = (long)(state.HoldMs * 1e6),
                Enter = state.Enter is { } enter ? Number(enter, display) : null,
                Leave = state.Leave is { } leave ? Number(leave, display) : null,
            })]),
        NextBestControllerConfig c => NextBest(c, display),
        _ => throw new LoopRigException($"there is no controller of kind {config.GetType().Name}"),
    };

    private static NextBestController NextBest(NextBestControllerConfig config, IStimulusDisplay display)
    {
        int[] stimuli = config.Candidates.Length == 0 ? [.. Enumerable.Range(0, display.Stimuli.Count)] : [.. config.Candidates.Select(c => Number(c, display))];
        return new NextBestController(config.LearnUnits, stimuli, [.. stimuli.Select(s => s < 0 ? 0 : display.Seconds[s])], (long)(config.PauseMs * 1e6));
    }

    /// <summary>A stimulus's number at the display; one that is itself called gray comes before the gray screen.</summary>
    /// <exception cref="LoopRigException">The display has no such stimulus: what was asked for must not become gray in silence.</exception>
    internal static int Number(string stimulus, IStimulusDisplay display)
    {
        for (var i = 0; i < display.Stimuli.Count; i++)
        {
            if (display.Stimuli[i] == stimulus)
            {
                return i;
            }
        }
        return stimulus == ControllerConfig.Gray ? StimulusCommands.Gray : throw new LoopRigException($"display {display.Name} has no stimulus '{stimulus}', which the controller asks for");
    }

    // Whatever is on a command's way is compiled at its first call, which must not be the first command's. The display is called as the controller's loop calls it: a call that could be
    // inlined here would leave the real one to be compiled. The controller cannot be asked without consequence, so its methods are compiled only.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rehearse(IController controller, IStimulusDisplay display)
    {
        foreach (var method in controller.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            if (!method.IsAbstract && !method.ContainsGenericParameters)
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
        }
        Func<int, bool, long, bool> show = display.Show;
        Action<long, long, long, bool> answer = display.Answer;
        show(StimulusCommands.Nothing, true, RigClock.Now);
        answer(-1, 0, 0, false);
    }
}
