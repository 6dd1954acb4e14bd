using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Foundation;
using Xunit;

namespace LoopRig.Training.Tests;

/// <summary>A network that answers every frame, trained on sequences: one random stream a step, sampling noise, burn-in.</summary>
public sealed class SequenceTrainingTests
{
    private const int Bins = 400, Height = 18, Width = 32;

    private static readonly TrainingOptions s_options = new()
    {
        Epochs = 4,
        Patience = 4,
        BatchSize = 4,
        StepsPerEpoch = 15,
        SequenceFrames = 14,
        BurnIn = 4,
        Optimiser = new SgdClipConfig(),
        Schedule = new CosineSchedule { WarmUpEpochs = 1, CycleEpochs = 2 },
        Seed = 2,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_OfAFoundationNetwork_LearnsAndGoesOnBitForBit()
    {
        using var folder = new TempFolder();
        using Dataset data = Film();
        using INetwork whole = Network(data), pieces = Network(data);
        TrainingResult result = new Trainer([Session(whole, data)], s_options).Run(Stop);
        Assert.True(result.ValidationLosses[^1] < result.ValidationLosses[0] - 0.01, string.Join(" ", result.ValidationLosses));
        bool finished = false;
        for (int run = 0; !finished && run < 20; run++)
        {
            using var stop = new CancellationTokenSource();
            int steps = 0;
            var trainer = new Trainer([Session(pieces, data)], s_options)
            {
                Checkpoints = new CheckpointStore(folder.Of("last.checkpoint"), []),
                StepTaken = () =>
                {
                    if (++steps == 11)
                        stop.Cancel();
                },
            };
            finished = trainer.Run(stop.Token).Finished;
        }
        Assert.True(finished);
        Assert.Equal(whole.Hash, pieces.Hash);
    }

    [Fact]
    public void Run_WithFrozenNoise_LeavesItWhatItIsWhenACycleBegins()
    {
        string[] frozen = ["perspective.monitor.center_std", "readout.position.sigma"];
        using Dataset data = Film();
        using INetwork network = Network(data);
        foreach (string name in frozen)
            network.Parameters[name].AsSpan().Fill(0.123f);
        new Trainer([Session(network, data)], s_options with { Freeze = frozen, StepsPerEpoch = 2 }).Run(Stop);
        foreach (string name in frozen)
            Assert.All(network.Parameters[name].ToArray(), static value => Assert.Equal(0.123f, value));
        Assert.DoesNotContain(0.123f, network.Parameters["perspective.monitor.angle_std"].ToArray());
    }

    [Fact]
    public void Run_InMixedPrecision_Learns()
    {
        using Dataset data = Film();
        using INetwork network = Network(data);
        TrainingResult result = new Trainer([Session(network, data)], s_options with { Precision = Precision.Mixed }).Run(Stop);
        Assert.True(result.ValidationLosses[^1] < result.ValidationLosses[0] - 0.01, string.Join(" ", result.ValidationLosses));
    }

    [Fact]
    public void Constructor_WithSequencesLongerThanTheParts_SaysSo()
    {
        using Dataset data = Film();
        using INetwork network = Network(data);
        Assert.Contains("both need at least one", Assert.Throws<TrainingException>(() => new Trainer([Session(network, data) with { Split = new DataSplit([20], [], []) }], s_options)).Message, StringComparison.Ordinal);
    }

    private static TrainingSession Session(INetwork network, Dataset data)
        => new("film", network, data, new DataSplit([.. Enumerable.Range(13, 280)], [.. Enumerable.Range(313, 80)], []));

    internal static INetwork Network(Dataset data) => NetworkFile.Create(
        new FoundationSpec
        {
            Inputs = data.Inputs,
            UnitIds = data.UnitIds,
            Streams = 2,
            RetinaHeight = 16,
            RetinaWidth = 24,
            PerspectiveHidden = 4,
            ModulationHidden = 4,
            ModulationCells = 4,
            BlockChannels = [4, 8, 8],
            BlockGroups = [1, 2, 4],
            FeedforwardOut = 8,
            RecurrentHidden = 8,
            RecurrentCommon = 16,
            RecurrentGroups = 4,
            CoreOut = 8,
        }, 3);

    // A film whose brightness wanders; one unit follows it, one follows its opposite, one knows nothing and lacks some bins.
    internal static Dataset Film(InputSpec[]? inputs = null)
    {
        var random = new Random(1);
        float[][] Rows(int length, Func<int, float> value) => [.. Enumerable.Range(0, Bins).Select(bin => Enumerable.Range(0, length).Select(_ => value(bin)).ToArray())];
        inputs ??= FoundationSpec.InputsFor(Height, Width);
        float Light(int bin) => 0.5f + 0.4f * MathF.Sin(bin / 3f);
        return new Dataset(new DatasetContent
        {
            Inputs = inputs,
            Values = [.. inputs.Select(input => new FloatRows(Rows(input.Length, bin => input.Kind == InputKind.Image ? Light(bin) + 0.1f * random.NextSingle() - 0.05f : random.NextSingle()), input.Length))],
            UnitIds = ["bright", "dark", "noise"],
            Activity = new FloatRows([.. Enumerable.Range(0, Bins).Select(bin => (float[])[3 * Light(bin), 3 - 3 * Light(bin), bin % 9 == 0 ? float.NaN : random.NextSingle()])], 3),
            Known = [.. Enumerable.Repeat(true, Bins)],
            BinNs = 33_000_000,
            Indices = [.. Enumerable.Range(0, Bins).Select(static bin => (long)bin)],
            Unbroken = [.. Enumerable.Range(1, Bins)],
        });
    }
}
