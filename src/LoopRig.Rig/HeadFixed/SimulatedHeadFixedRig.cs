using LoopRig.Rig.Configuration;
using LoopRig.Simulation;
using LoopRig.Simulation.HeadFixed;
using LoopRig.Stimulus.Live;

namespace LoopRig.Rig.HeadFixed;

/// <summary>The head-fixed rig with a simulated mouse, as rig-configs/sim-head-fixed.json has it: a display, the mouse that sees it, the treadmill that makes speed of its encoder.</summary>
internal static class SimulatedHeadFixedRig
{
    /// <summary>The display's name; its frames, what cortex and networks see, are the stream NAME/frames.</summary>
    public const string Display = "display";

    /// <summary>The stream of frames.</summary>
    public const string Frames = $"{Display}/frames";

    /// <summary>The adapters of a live rig, the display first.</summary>
    /// <param name="settings">The animal and its monitor.</param>
    /// <param name="stimuli">Stimulus files by the name that commands ask for them with.</param>
    /// <param name="first">The stimulus that is shown from the start on; null: gray until a command comes.</param>
    /// <param name="repeat">Whether a stimulus begins again when it ends.</param>
    public static AdapterConfig[] Adapters(HeadFixedSettings settings, IReadOnlyDictionary<string, string> stimuli, string? first = null, bool repeat = false) =>
    [
        new DisplayConfig
        {
            Name = Display,
            Monitor = settings.Monitor,
            Window = false,
            Clock = DisplayClock.Paced,
            FlipCode = false, // there is no photodiode, and no neuron is to follow its mark
            Stimuli = new(stimuli),
            First = first,
            Repeat = repeat,
            Frames = new ImageSizeConfig { Height = settings.Height, Width = settings.Width },
        },
        .. Animal(settings),
    ];

    /// <summary>The adapters behind a display: the mouse and the treadmill.</summary>
    public static AdapterConfig[] Animal(HeadFixedSettings settings)
    {
        var mouse = new HeadFixedOptions { Name = "", Monitor = settings.Monitor };
        return
        [
            new SimulatedHeadFixedConfig
            {
                Name = "mouse",
                Source = AdapterConfig.StreamPrefix + Frames,
                Monitor = settings.Monitor,
                Seed = settings.Seed,
                Session = settings.Session,
                Units = settings.Units,
            },
            new TreadmillConfig
            {
                Name = "treadmill",
                Source = AdapterConfig.StreamPrefix + MouseStreams.Encoder,
                CountsPerTurn = mouse.EncoderCountsPerTurn,
                RadiusCm = mouse.WheelRadiusCm,
                OutputRateHz = 125, // the encoder's: a bin need not wait for the next reading
            },
        ];
    }

    /// <summary>The same animal in another recording.</summary>
    public static SimulatedHeadFixedConfig OfSession(SimulatedHeadFixedConfig mouse, int session) =>
        new() { Name = mouse.Name, Source = mouse.Source, Monitor = mouse.Monitor, Seed = mouse.Seed, Session = session, Units = mouse.Units };

    /// <summary>What is known of an animal, without recording it.</summary>
    public static HeadFixedTruth Truth(HeadFixedSettings settings)
    {
        using var mouse = (HeadFixedMouse)Live.AdapterFactory.CreateProcessor(Animal(settings)[0], FramesStream(settings));
        return mouse.Truth;
    }

    private static Core.StreamDescriptor FramesStream(HeadFixedSettings settings) =>
        new() { Name = Frames, Kind = Core.StreamKind.Image, DType = Core.DType.U8, Shape = [settings.Height, settings.Width] };
}
