using System.Text.Json.Nodes;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class SweepPlanTests
{
    private const string Json = """
        {
          "title": "t",
          "networks": { "xu": { "network": { "kind": "xu" } }, "resnet": { "label": "ResNet", "network": { "kind": "resnet18" }, "training": { "epochs": 3 } } },
          "animals": { "Mouse 1": { "kind": "sessions", "folder": "/a" }, "Mouse 2": { "kind": "sessions", "folder": "/b" } },
          "seeds": [0, 1],
          "training": { "epochs": 5, "batchSize": 8 },
          "tables": [
            { "title": "1", "networks": ["resnet"], "shifter": [false, true], "also": [{ "network": "xu", "behaviour": "none" }] },
            { "title": "2", "networks": ["xu"], "behaviour": ["S", "BDx"], "k": [1] },
            { "title": "3", "networks": ["xu"], "behaviour": ["BDx"], "k": [1, 2] }
          ],
          "comparisons": [{ "better": { "network": "xu", "behaviour": "BDx", "k": 2 }, "than": { "network": "xu", "behaviour": "S", "k": 1 } }]
        }
        """;

    private static SweepConfig Config(string json = Json)
    {
        var config = ConfigJson.Read<SweepConfig>(json, "sweep.json");
        config.Check("sweep.json");
        return config;
    }

    [Fact]
    public void Cells_OfTablesThatShareARow_HoldItOnce()
    {
        // Table 1: two arms of each of two networks; table 2 and 3: three arms, of which one is in both. Two animals, two seeds.
        var plan = new SweepPlan(Config(), "/sweep");
        Assert.Equal((4 + 3) * 4, plan.Cells.Count);
        Assert.Equal(plan.Cells.Count, plan.Cells.Select(static cell => cell.Folder).Distinct().Count());
    }

    [Fact]
    public void Config_OfACell_HasTheAxesAndTheNetworksOwnTraining()
    {
        var plan = new SweepPlan(Config(), "/sweep");
        JsonObject config = plan.Of(new SweepArm { Network = "resnet", Shifter = false }, "Mouse 2", 1).Config;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            { "network": { "kind": "resnet18", "shifter": false }, "data": { "kind": "sessions", "folder": "/b" }, "training": { "epochs": 3, "batchSize": 8 }, "seed": 1 }
            """), config), config.ToJsonString());
    }

    [Fact]
    public void Folder_OfAChangedConfig_IsAnother()
    {
        string before = new SweepPlan(Config(), "/sweep").Cells[^1].Folder, after = new SweepPlan(Config(Json.Replace("\"epochs\": 5", "\"epochs\": 6", StringComparison.Ordinal)), "/sweep").Cells[^1].Folder;
        Assert.NotEqual(before, after);
        Assert.Equal(before, new SweepPlan(Config(), "/elsewhere").Cells[^1].Folder);
    }

    [Fact]
    public void Cells_OfAFloor_AreOneForBothColumnsOfTheShifter()
    {
        string json = Json.Replace("\"networks\": {", "\"networks\": { \"ln\": { \"network\": { \"kind\": \"ln\" } },", StringComparison.Ordinal)
            .Replace("\"also\": [{", "\"also\": [{ \"network\": \"ln\" }, {", StringComparison.Ordinal);
        var plan = new SweepPlan(Config(json), "/sweep");
        Assert.Equal((4 + 3 + 1) * 4, plan.Cells.Count);
        Assert.Same(plan.Of(new SweepArm { Network = "ln", Shifter = false }, "Mouse 1", 0), plan.Of(new SweepArm { Network = "ln", Shifter = true }, "Mouse 1", 0));
        Assert.DoesNotContain("shifter", plan.Of(new SweepArm { Network = "ln", Shifter = true }, "Mouse 1", 0).Config.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Html_OfAComparisonInATable_DrawsItsTwoRows()
    {
        string folder = Directory.CreateTempSubdirectory("looprig-sweep-").FullName;
        try
        {
            string json = Json.Replace("\"k\": [1, 2]", "\"k\": [1, 2, 3]", StringComparison.Ordinal).Replace("\"behaviour\": \"S\", \"k\": 1", "\"behaviour\": \"BDx\", \"k\": 1", StringComparison.Ordinal);
            SweepConfig config = Config(json);
            var plan = new SweepPlan(config, folder);
            foreach (SweepCell cell in plan.Cells)
            {
                Directory.CreateDirectory(plan.FolderOf(cell));
                new CellResult { Units = ["a", "b"], Scores = { [ScoreKind.Boxcar] = [0.1, 0.2] } }.Write(plan.FolderOf(cell));
            }
            string page = new SweepReport(config, plan, new SweepResults(config, plan)).Html();
            Assert.Contains("xu-BDx-k2 against xu-BDx-k1", page, StringComparison.Ordinal);
            Assert.DoesNotContain("xu-BDx-k3 against", page, StringComparison.Ordinal);
            Assert.Contains("xu-BDx-k1 against xu-S-k1", page, StringComparison.Ordinal);    // table 2, of which nothing is claimed: last against first
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Folder_OfOtherDataOfTheSameConfig_IsAnother()
    {
        SweepCell[] before = [.. new SweepPlan(Config(), "/sweep").Cells], none = [.. new SweepPlan(Config(), "/sweep", static _ => null).Cells];
        Assert.Equal(before.Select(static cell => cell.Folder), none.Select(static cell => cell.Folder));
        SweepCell[] after = [.. new SweepPlan(Config(), "/sweep", static data => (string)data["folder"]! == "/b" ? "simulated 3" : null).Cells];
        Assert.All(before.Zip(after), static pair => Assert.Equal(pair.First.Name.Contains("Mouse 1", StringComparison.Ordinal), pair.First.Folder == pair.Second.Folder));
    }

    [Theory]
    [InlineData("boxcar", "passed", "", "\\*")]
    [InlineData("poissonLoss", "NOT", "\\*", "")]
    public void Lines_OfAScore_KnowWhichWayIsBetter(string score, string verdict, string lowMark, string highMark)
    {
        string folder = Directory.CreateTempSubdirectory("looprig-sweep-").FullName;
        try
        {
            SweepConfig config = Config(Json.Replace("\"title\": \"t\",", $"\"title\": \"t\", \"score\": \"{score}\",", StringComparison.Ordinal));
            var plan = new SweepPlan(config, folder);
            foreach (SweepCell cell in plan.Cells)
            {
                bool high = cell.Name.Contains("k2", StringComparison.Ordinal);
                double[] scores = [.. Enumerable.Range(0, 12).Select(unit => unit * 0.01 + (high ? 0.5 + 0.001 * unit : 0.2))];
                Directory.CreateDirectory(plan.FolderOf(cell));
                new CellResult { Units = [.. Enumerable.Range(0, 12).Select(static unit => $"{unit}")], Scores = { [config.Score] = scores } }.Write(plan.FolderOf(cell));
            }
            string text = string.Join('\n', new SweepReport(config, plan, new SweepResults(config, plan)).Lines());
            Assert.Matches($@"(?m)^{verdict} +xu-BDx-k2 beats xu-S-k1", text);
            Assert.Matches($@"GRU_1 +{lowMark}0\.255 .*\n +GRU_2 +{highMark}0\.56\d ", text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("\"networks\": [\"resnet\"]", "\"networks\": [\"vgg\"]", "tables[0].networks")]
    [InlineData("\"k\": 2 }, \"than\"", "\"k\": 3 }, \"than\"", "comparisons[0].better")]
    [InlineData("\"seeds\": [0, 1]", "\"seeds\": [1, 1]", "seeds")]
    [InlineData("\"seeds\": [0, 1]", "\"seed\": 1", "seed")]
    [InlineData("\"seeds\": [0, 1]", "\"seeds\": null", "seeds")]
    [InlineData("{ \"kind\": \"sessions\", \"folder\": \"/a\" }", "null", "animals.Mouse 1")]
    [InlineData("{ \"network\": { \"kind\": \"xu\" } }", "null", "networks.xu")]
    [InlineData("[{ \"network\": \"xu\", \"behaviour\": \"none\" }]", "[null]", "tables[0].also[0]")]
    public void Check_OfAWrongName_NamesTheKey(string from, string to, string key)
    {
        string json = Json.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Json, json);
        Assert.EndsWith(key, Assert.Throws<RigConfigException>(() => Config(json)).Key, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_OfMissingAndFailedCells_SaySo()
    {
        string folder = Directory.CreateTempSubdirectory("looprig-sweep-").FullName;
        try
        {
            SweepConfig config = Config();
            var plan = new SweepPlan(config, folder);
            void Write(SweepCell cell, CellResult result)
            {
                Directory.CreateDirectory(plan.FolderOf(cell));
                result.Write(plan.FolderOf(cell));
            }
            var random = new Random(1);
            foreach (SweepCell cell in plan.Cells.Where(static cell => cell.Name.StartsWith("xu-S", StringComparison.Ordinal) || cell.Name.StartsWith("xu-BDx-k2", StringComparison.Ordinal)))
            {
                double better = cell.Name.Contains("k2", StringComparison.Ordinal) ? 0.2 : 0;
                Write(cell, new CellResult { Units = ["a", "b", "c", "d", "e"], Scores = { [ScoreKind.Boxcar] = [.. Enumerable.Range(0, 5).Select(unit => 0.1 * unit + better + 0.01 * random.NextDouble())] } });
            }
            Write(plan.Of(new SweepArm { Network = "resnet", Shifter = true }, "Mouse 1", 0), new CellResult { Error = "it burst" });
            string text = string.Join('\n', new SweepReport(config, plan, new SweepResults(config, plan)).Lines());
            Assert.Contains("passed  xu-BDx-k2 beats xu-S-k1", text, StringComparison.Ordinal);
            Assert.Contains("over 10 units", text, StringComparison.Ordinal);
            Assert.Matches(@"ResNet +- +failed +- +-", text);
            Assert.Matches(@"GRU_1 +- +-\n +GRU_2 +\*0\.40\d \+- 0\.14\d", text);
            Assert.Contains("failed  resnet-shifter-Mouse 1-seed0: it burst", text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
