using LoopRig.Models;
using Xunit;

namespace LoopRig.Training.Tests;

/// <summary>From a folder of a published layout to a trained network's file, as <c>looprig train</c> does it.</summary>
public sealed class ReaderTrainingTests
{
    private static readonly XuRecipe s_network = new() { Height = 14, Width = 16, ConvolutionChannels = [3], Hidden = 5, ShifterHidden = 4 };

    [Fact]
    public void Train_OnTheXuLayout_WritesANetworkWithTheStatisticsOfTheFit()
    {
        using TempFolder folder = XuDataTests.Mouse();
        Train(s_network with { Window = 2 }, new XuConfig { Folder = folder.Path }, folder);
    }

    [Fact]
    public void Train_OnADigitalTwinFolder_WritesANetwork()
    {
        using TempFolder folder = DigitalTwinDataTests.Twin(8);
        Train(s_network with { Behaviour = "none", Shifter = false }, new DigitalTwinConfig { Folder = folder.Path }, folder);
    }

    [Fact]
    public void Train_OnSensoriumFilms_WritesANetwork()
    {
        using TempFolder folder = SensoriumDataTests.Written(SensoriumDataTests.Films);
        Train(s_network with { Behaviour = "none", Shifter = false }, new SensoriumConfig { Folder = folder.Path }, folder);
    }

    private static void Train(NetworkRecipe network, DataConfig data, TempFolder folder)
    {
        var config = new TrainConfig { Network = network, Data = data, Training = new TrainingOptions { Epochs = 2, BatchSize = 16 } };
        TrainingOutcome outcome = TrainingRun.Execute(config, folder.Of("run"), null, TestContext.Current.CancellationToken);
        using INetwork trained = NetworkFile.Load(outcome.Networks[0].Path);
        Assert.NotEmpty(trained.Inputs[0].Mean);
        IReadOnlyList<SessionData> sessions = data.Open([.. trained.Inputs]);
        using Dataset set = sessions[0].Data;
        Assert.Equal(set.UnitIds, trained.UnitIds);
        Assert.Equal(set.Notes.Select(note => $"{sessions[0].Name}: {note}"), outcome.DataNotes);
        Assert.Equal(set.WithStatistics(sessions[0].Split(1).Fit, network)[0].Std, trained.Inputs[0].Std);
    }
}
