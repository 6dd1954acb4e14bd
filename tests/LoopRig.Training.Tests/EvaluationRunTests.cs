using LoopRig.Core;
using LoopRig.Models;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class EvaluationRunTests : IDisposable
{
    private const int Bins = 400;

    private readonly ToyRegions _data = new(120, 3, 3, 2);
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Log => _folder.Of("run", TestLog.Name);

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Execute_FileOfOneSession_MeetsThatSessionAlone()
    {
        Train("run", ["region1", "region2"]);
        var source = new NetworkSource(_folder.Of("run", "best", "region2.safetensors"));
        Evaluation evaluation = EvaluationRun.Execute(source, null, _data.Config, stop: Stop);
        Assert.Equal("region2", Assert.Single(evaluation.Sessions).Name);
        Assert.Empty(evaluation.Notes);
        Assert.Single(File.ReadAllLines(Log));  // a run's network by itself is the run's network still
    }

    [Fact]
    public void Test_AgainstRunsOfOneName_TellsThemByTheirPaths()
    {
        string[] runs = [_folder.Of("a", "run.1"), _folder.Of("b", "run.1"), _folder.Of("b", "run.2")];
        Train("run", ["region1"]);
        foreach (string run in runs)
        {
            Directory.CreateDirectory(Path.Combine(run, "best"));
            File.Copy(_folder.Of("run", "best", "region1.safetensors"), Path.Combine(run, "best", "region1.safetensors"));
        }
        TrainConfig config = _data.Train(1) with { Data = _data.Config with { Sessions = ["region1"] }, CompareWith = [.. runs, runs[0]] };
        RunTest test = RunTest.Execute(config, _folder.Of("run"), Stop);
        Assert.Equal([runs[0], runs[1], "run.2"], test.ToJson()["against"]!.AsObject().Select(static pair => pair.Key));
    }

    [Fact]
    public void Execute_FileOfASessionThatIsNotThere_SaysThatUnitsAloneDecided()
    {
        Train("run", ["region1"]);
        string alone = _folder.Of("alone.safetensors");
        File.Copy(_folder.Of("run", "best", "region1.safetensors"), alone);
        Evaluation evaluation = EvaluationRun.Execute(new NetworkSource(alone), null, _data.Config with { Sessions = ["region2", "region3"] }, stop: Stop);
        Assert.Equal("region2", Assert.Single(evaluation.Sessions).Name);
        Assert.Equal("alone, trained on region1, meets session region2 by the names of its units alone", Assert.Single(evaluation.Notes));
        Assert.Contains(EvaluationReport.Lines(evaluation), line => line.Contains(evaluation.Notes[0], StringComparison.Ordinal));
        Assert.False(File.Exists(Log));
    }

    [Fact]
    public void Execute_RunOfTwoSessionsThatFitAThird_AsksForOneFile()
    {
        Train("run", ["region1", "region2"]);
        Directory.Move(_data.Folder.Of("region2"), _data.Folder.Of("region4"));
        var error = Assert.Throws<NetworkException>(() => EvaluationRun.Execute(new NetworkSource(_folder.Of("run")), null, _data.Config with { Sessions = ["region4"] }, stop: Stop));
        Assert.Contains("region1 and region2 have the units of session region4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_Validation_LeavesTheTestPartClosed()
    {
        Train("run", ["region1"]);
        var run = new NetworkSource(_folder.Of("run"));
        DataConfig data = _data.Config with { Sessions = ["region1"] };
        Evaluation validation = EvaluationRun.Execute(run, null, data, DataPart.Validation, Stop);
        Assert.False(File.Exists(Log));
        Evaluation test = EvaluationRun.Execute(run, null, data, DataPart.Test, Stop);
        Assert.Single(File.ReadAllLines(Log));
        Assert.Contains("validation", EvaluationReport.Lines(validation).First(), StringComparison.Ordinal);
        Assert.Equal("test", (string)EvaluationReport.Json(test)["part"]!);
        Assert.Empty(validation.Sessions[0].First.Predictions.Places.Intersect(test.Sessions[0].First.Predictions.Places));
    }

    [Fact]
    public void Execute_DataWithoutATestPart_SaysSoAndOpensNothing()
    {
        Train("run", ["region1"]);
        var data = new OpenedData(inputs => [.. (_data.Config with { Sessions = ["region1"] }).Open(inputs).Select(static session => session with { Parts = [.. session.Parts.Select(static part => part == DataPart.Test ? DataPart.None : part)] })]);
        var error = Assert.Throws<EmptyPartException>(() => EvaluationRun.Execute(new NetworkSource(_folder.Of("run")), null, data, stop: Stop));
        Assert.Contains("session region1 has no test part", error.Message, StringComparison.Ordinal);
        RunTest test = RunTest.Execute(_data.Train(1) with { Data = data }, _folder.Of("run"), Stop);
        Assert.Contains("session region1 has no test part", Assert.Single(test.Lines()), StringComparison.Ordinal);
        Assert.Contains("region1", (string)test.ToJson()["skipped"]!, StringComparison.Ordinal);
        Assert.False(File.Exists(Log));
    }

    [Fact]
    public void Execute_DataWithNothingButATest_Evaluates()
    {
        Train("run", ["region1"]);
        var data = new OpenedData(inputs => [.. (_data.Config with { Sessions = ["region1"] }).Open(inputs).Select(static session => session with { Parts = [.. session.Parts.Select(static _ => DataPart.Test)] })]);
        Assert.Equal(240, EvaluationRun.Execute(new NetworkSource(_folder.Of("run")), null, data, stop: Stop).Sessions[0].First.Bins);
    }

    [Fact]
    public void RunTest_ReferenceThatKnowsOneSession_LeavesTheOtherOpen()
    {
        Train("run", ["region1", "region3"]);
        Train("other", ["region3"]);
        Train("stranger", ["region2"]);
        TrainConfig config = _data.Train(1) with { Data = _data.Config with { Sessions = ["region1", "region3"] }, CompareWith = [_folder.Of("other")] };
        RunTest test = RunTest.Execute(config, _folder.Of("run"), Stop);
        string[] lines = [.. test.Lines()];
        Assert.EndsWith(" -", lines.First(static line => line.StartsWith("region1", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.False(lines.First(static line => line.StartsWith("region3", StringComparison.Ordinal)).EndsWith(" -", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("against other, paired over 2 units", StringComparison.Ordinal));
        Assert.Equal(2, test.Medians.Count());
        Assert.Equal((double)test.ToJson()["median_correlation"]!["region3"]!, test.Medians.Last(), 1e-4);
    }

    [Fact]
    public void Execute_WindowsAgainstSequences_ComparesTheBinsOfBoth()
    {
        using Dataset film = SequenceTrainingTests.Film();
        // As a run saves it: the frames that it was trained on are in the file itself.
        Save("sequences", SequenceTrainingTests.Network(film), new() { ["config"] = """{ "training": { "sequenceFrames": 14, "burnIn": 4 } }""" });
        var recipe = new XuRecipe { Behaviour = "none", Shifter = false, Height = 18, Width = 32, ConvolutionChannels = [4] };
        Save("windows", NetworkFile.Create(recipe.Spec([new InputSpec { Name = "image", Kind = InputKind.Image, Height = 18, Width = 32 }], film.UnitIds, 0), 1), []);
        OpenedData data = FilmData();
        NetworkSource sequences = new(_folder.Of("sequences.safetensors")), windows = new(_folder.Of("windows.safetensors"));
        Assert.Equal(96, EvaluationRun.Execute(sequences, null, data, stop: Stop).Sessions[0].First.Bins);  // 100 less the burn-in
        EvaluatedSession both = EvaluationRun.Execute(windows, sequences, data, stop: Stop).Sessions[0];
        Assert.Equal(87, both.First.Bins);      // the first window of 14 ends at the 14th
        Assert.Equal(both.First.Predictions.Places, both.Second!.Predictions.Places);
        Assert.Equal(both.First.Predictions.Recorded[..2], both.Second.Predictions.Recorded[..2]);  // the third unit is noise, drawn behind the inputs
        Assert.Equal(both.First.UnitIds.Length, both.Second.Prediction.SingleBin.Length);
    }

    [Fact]
    public void Execute_NetworkOfAnotherDelayThanTheData_PredictsBinsOfThePart()
    {
        using Dataset film = SequenceTrainingTests.Film();
        var recipe = new XuRecipe { Behaviour = "none", Shifter = false, Height = 18, Width = 32, ConvolutionChannels = [4] };
        Save("late", NetworkFile.Create(recipe.Spec([new InputSpec { Name = "image", Kind = InputKind.Image, Height = 18, Width = 32 }], film.UnitIds, 2), 1), []);
        Predictions predictions = EvaluationRun.Execute(new NetworkSource(_folder.Of("late.safetensors")), null, FilmData(), stop: Stop).Sessions[0].First.Predictions;
        // Bins 300 to 399 are the test; the first two of them have their image in another part.
        Assert.Equal(Enumerable.Range(302, 98), predictions.Places);
        Assert.DoesNotContain(float.NaN, predictions.Recorded[0]);
    }

    [Fact]
    public void Execute_OneImportedStreamAgainstAll_ComparesThemOverTheFramesOfTraining()
    {
        using Dataset film = SequenceTrainingTests.Film();
        INetwork network = SequenceTrainingTests.Network(film);
        // A new readout is zero, and a constant prediction correlates with nothing.
        var random = new Random(5);
        foreach ((string _, Torch.Tensor weights) in network.Parameters.Where(static pair => pair.Key.StartsWith("readout.feature.weights.", StringComparison.Ordinal)))
            foreach (ref float weight in weights.AsSpan())
                weight = (float)(random.NextDouble() - 0.5);
        Save("all", network, new() { ["config"] = """{ "training": { "sequenceFrames": 14, "burnIn": 4 } }""", ["trained_on"] = "film" });
        NetworkFile.Import(_folder.Of("all.safetensors"), _folder.Of("one.safetensors"), new NetworkOptions { Stream = 0 });
        Evaluation evaluation = EvaluationRun.Execute(new NetworkSource(_folder.Of("one.safetensors")), new NetworkSource(_folder.Of("all.safetensors")), FilmData(), stop: Stop);
        EvaluatedSession session = evaluation.Sessions[0];
        Assert.Empty(evaluation.Notes);
        Assert.Equal(96, session.First.Bins);   // what the import did not forget: session, frames and burn-in
        Assert.Equal(3, evaluation.Compare(ScoreKind.SingleBin)!.Value.Units);
        Assert.NotEqual(session.First.Prediction.SingleBin, session.Second!.Prediction.SingleBin);
    }

    private static OpenedData FilmData() => new(static inputs => [new SessionData("film", SequenceTrainingTests.Film(inputs), [.. Enumerable.Range(0, Bins).Select(static bin => bin < 300 ? DataPart.Fit : DataPart.Test)], 0)]);

    private void Train(string run, string[] sessions)
        => TrainingRun.Execute(_data.Train(1) with { Data = _data.Config with { Sessions = sessions } }, _folder.Of(run), stop: Stop);

    private void Save(string name, INetwork network, Dictionary<string, string> provenance)
    {
        using (network)
            NetworkFile.Save(network, _folder.Of(name + ".safetensors"), provenance);
    }

    /// <summary>Data that a test makes.</summary>
    private sealed record OpenedData(Func<InputSpec[], IReadOnlyList<SessionData>> Make) : DataConfig
    {
        public override IReadOnlyList<InputSpec> Offered() => [new InputSpec { Name = "image", Kind = InputKind.Image, Height = 8, Width = 8 }];

        public override IReadOnlyList<SessionData> Open(InputSpec[] inputs) => Make(inputs);

        public override DataConfig WithPaths(Func<string, string> absolute) => this;
    }
}
