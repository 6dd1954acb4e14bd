using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Models;
using LoopRig.Stimulus.Pictures;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>Judges every neuron by the repeated images, which the network was not trained on, and chooses.</summary>
internal static class SelectStage
{
    private const int Batch = 256;

    /// <summary>Judges and chooses.</summary>
    /// <param name="config">The loop.</param>
    /// <param name="rig">The rig that recorded it.</param>
    /// <param name="stimuli">What was shown.</param>
    /// <param name="session">The session of the repeated images.</param>
    /// <param name="network">The trained network.</param>
    /// <param name="stop">Ends it.</param>
    public static Selection Run(InceptionConfig config, IInceptionRig rig, CollectStimuli stimuli, string session, INetwork network, CancellationToken stop)
    {
        var plan = StimulusFile.Load(stimuli.Repeated).Plan(rig.Monitor, new PictureFiles());
        var responses = TrialResponses.Read(session, plan, rig.Display, config.Activity, DelaySeconds(config, rig), stop);
        if (!responses.UnitIds.SequenceEqual(network.UnitIds))
        {
            throw new LoopRigException($"session {session}: {responses.UnitIds.Length} units, the network predicts {network.Units}: they are not the same neurons");
        }
        var byLabel = responses.ByLabel();
        var images = stimuli.ReadRepeated().Where(image => byLabel.ContainsKey(image.Label)).ToArray();
        var fixedInputs = MeanInputs(config, rig, session, network);
        var predicted = new ImagePredictor(network, fixedInputs).Predict([.. images.Select(static image => image.Pixels)], [.. Enumerable.Range(0, network.Units)], stop);
        var judged = UnitQuality.Of(responses.UnitIds, [.. images.Select(image => byLabel[image.Label])], predicted);
        return new Selection
        {
            Units = UnitQuality.Select(judged, config.Select.Units, config.Select.LeastReliability),
            Fixed = fixedInputs,
            Images = images.Length,
            Presentations = responses.Trials.Count,
        };
    }

    /// <summary>By how much the activity lags behind the screen, as the network was trained.</summary>
    public static double DelaySeconds(InceptionConfig config, IInceptionRig rig) => config.Train.OutputDelayBins * rig.BinMs / 1000;

    /// <summary>Where sessions of this rig are read from, as training reads them.</summary>
    public static SessionsConfig Data(InceptionConfig config, IInceptionRig rig, string folder, string[]? sessions) => new()
    {
        Folder = folder,
        Sessions = sessions,
        Join = true,
        Activity = config.Activity,
        Sources = new() { ["image"] = $"{rig.Display}/frames" },
        BinMs = rig.BinMs,
        OutputDelayBins = config.Train.OutputDelayBins,
        // Other images are kept for the test, and shown again and again for it: nearly all of these fit or validate.
        Segments = 2,
        TrainShare = 0.97,
        FitShare = 0.92,
    };

    private static Dictionary<string, float[]> MeanInputs(InceptionConfig config, IInceptionRig rig, string session, INetwork network)
    {
        var means = new Dictionary<string, float[]>();
        if (network.Inputs.All(static i => i.Kind == InputKind.Image))
        {
            return means;
        }
        InputSpec[] wanted = [.. network.Inputs.Select(static i => i with { Mean = [], Std = [] })];
        var data = Data(config, rig, session, null).Open(wanted)[0].Data;
        using (data)
        {
            int[] bins = [.. Enumerable.Range(0, data.Length).Where(bin => data.IsSample(bin, 1, 0))];
            for (var input = 0; input < network.Inputs.Count; input++)
            {
                if (network.Inputs[input].Kind != InputKind.Image)
                {
                    means[network.Inputs[input].Name] = Mean(data, input, network.Inputs[input], bins);
                }
            }
        }
        return means;
    }

    private static float[] Mean(Dataset data, int input, InputSpec spec, int[] bins)
    {
        var sums = new double[spec.Length];
        for (var first = 0; first < bins.Length; first += Batch)
        {
            using var scope = new Torch.Scope();
            var values = data.Windows(input, spec, bins.AsSpan(first, Math.Min(Batch, bins.Length - first)), 1).ToArray();
            for (var at = 0; at < values.Length; at++)
            {
                sums[at % sums.Length] += values[at];
            }
        }
        return Array.ConvertAll(sums, sum => (float)(sum / bins.Length));
    }
}
