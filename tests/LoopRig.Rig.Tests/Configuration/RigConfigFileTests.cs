using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Tests.Configuration;

public sealed class RigConfigFileTests : IDisposable
{
    private const string Good = """
        // A rig for tests.
        {
          "subject": { "id": "m1" },
          "adapters": [
            { "kind": "wire", "name": "camera", "endpoint": "tcp://127.0.0.1:5555", "streams": ["camera"], },
          ],
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_OfAShortConfig_FillsInTheDefaults()
    {
        var config = Load(Good);

        Assert.Equal("m1", config.Subject.Id);
        Assert.Equal(48, config.Aligner.BinMs);
        Assert.Equal(20, config.Prediction.DeadlineMs);
        Assert.Equal(FallbackKind.Hold, config.Prediction.Fallback);
        Assert.Equal("tcp://127.0.0.1:5555", Assert.IsType<WireConfig>(Assert.Single(config.Adapters)).Endpoint);
        Assert.Null(config.Network);
    }

    [Theory]
    [InlineData("\"subject\": { \"id\": \"m1\" }", "\"subject\": { \"id\": \"m1\", \"sexx\": \"M\" }", 3, "subject.sexx", "did you mean 'sex'?")]
    [InlineData("\"subject\"", "\"aligner\": { \"binS\": 0.048 }, \"subject\"", 3, "aligner.binS", "it is given in milliseconds, as 'binMs'")]
    [InlineData("\"subject\"", "\"aligner\": { \"binMs\": 0.048 }, \"subject\"", 3, "aligner.binMs", "0.048 is out of range: a number of milliseconds from 1 to 1000")]
    [InlineData("\"subject\"", "\"aligner\": { \"binMs\": \"48 ms\" }, \"subject\"", 3, "aligner.binMs", "a number of milliseconds belongs here")]
    [InlineData("\"subject\"", "\"transport\": { \"port\": 5560.5 }, \"subject\"", 3, "transport.port", "a whole number")]
    [InlineData("\"subject\"", "\"transport\": { \"kind\": \"udp\" }, \"subject\"", 3, "transport.kind", "one of tcp, ipc")]
    [InlineData("\"subject\"", "\"session\": { \"record\": \"yes\" }, \"subject\"", 3, "session.record", "true or false")]
    [InlineData("\"subject\"", "\"subject\": {\"id\": \"m2\"}, \"subject\"", 3, "subject", "stands twice")]
    [InlineData("\"subject\": { \"id\": \"m1\" },", "", 2, "subject", "this key is missing")]
    [InlineData("\"id\": \"m1\"", "", 3, "subject.id", "this key is missing")]
    [InlineData("\"id\": \"m1\"", "\"id\": \"m/1\"", 3, "subject.id", "letters, digits")]
    [InlineData("\"kind\": \"wire\"", "\"kind\": \"treadmil\"", 5, "adapters[0].kind", "did you mean 'treadmill'?")]
    [InlineData("\"kind\": \"wire\", ", "", 5, "adapters[0].kind", "this key is missing: one of video")]
    [InlineData("\"endpoint\": \"tcp://127.0.0.1:5555\", ", "", 5, "adapters[0].endpoint", "this key is missing")]
    [InlineData("[\"camera\"]", "\"camera\"", 5, "adapters[0].streams", "a list [...] belongs here, not the text \"camera\"")]
    [InlineData("[\"camera\"]", "[]", 5, "adapters[0].streams", "0 elements")]
    [InlineData("},\n  ],", "},\n    { \"kind\": \"wire\", \"name\": \"camera\", \"endpoint\": \"tcp://h:1\", \"streams\": [\"x\"] } ],", 0, "adapters[1].name", "two adapters are called 'camera'")]
    [InlineData("\"subject\"", "\"network\": { \"file\": \"absent.pth\" }, \"subject\"", 3, "network.file", "there is no file")]
    [InlineData("\"subject\"", "\"network\": { \"file\": \"${HOME}/x.pth\" }, \"subject\"", 3, "network.file", "there is no variable ${HOME}")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"imu\", \"name\": \"head\", \"source\": \"/dev/ttyACM0\" },", 0, "adapters[0].rateHz", "its nominal rate")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"imu\", \"name\": \"head\", \"source\": \"stream:raw\", \"up\": [2, 0, 0] },", 0, "adapters[0].forward", "a direction is wanted")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"imu\", \"name\": \"head\", \"source\": \"stream:raw\", \"up\": [0, 1] },", 4, "adapters[0].up", "2 elements")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"imu\", \"name\": \"head\", \"source\": \"absent\" },", 4, "adapters[0].source", "there is no file or folder")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"video\", \"name\": \"crop\", \"source\": \"stream:camera\", \"rawVideo\": true },", 0, "adapters[0].rawVideo", "another adapter's stream")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"eye-video\", \"name\": \"eye\", \"source\": \"stream:camera\", \"loop\": true },", 0, "adapters[0].loop", "another adapter's stream")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"video\", \"name\": \"crop\", \"source\": \"stream:camera\", \"pace\": \"fullSpeed\" },", 0, "adapters[0].pace", "another adapter's stream")]
    [InlineData("\"adapters\": [", "\"adapters\": [ { \"kind\": \"video\", \"name\": \"crop\", \"source\": \"stream:camera\", \"camera\": { \"gain\": 3 } },", 0, "adapters[0].camera", "another adapter's stream")]
    [InlineData("\"adapters\": [", "\"session\": { \"record\": false }, \"adapters\": [ { \"kind\": \"video\", \"name\": \"world\", \"source\": \"/dev/video0\", \"rawVideo\": true },", 0, "adapters[0].rawVideo", "session.record is false")]
    [InlineData("\"adapters\": [", "\"controller\": { \"kind\": \"threshold\", \"rules\": [ { \"above\": 1, \"stimulus\": \"a\" } ] }, \"adapters\": [", 0, "controller.display", "the rig has no display")]
    [InlineData("\"adapters\": [", "\"controller\": { \"kind\": \"treshold\", \"rules\": [] }, \"adapters\": [", 4, "controller.kind", "did you mean 'threshold'?")]
    [InlineData("\"adapters\": [", "\"controller\": { \"kind\": \"threshold\", \"rules\": [] }, \"adapters\": [", 4, "controller.rules", "0 elements")]
    [InlineData("{ \"id\": \"m1\" }", "null", 3, "subject", "null has no meaning here")]
    [InlineData("\"subject\"", "subject", 3, "(syntax)", "not JSON")]
    public void Load_OfAWrongConfig_NamesFileLineAndKey(string right, string wrong, int line, string key, string message)
    {
        var error = Assert.Throws<RigConfigException>(() => Load(Good.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Equal(key, error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(Path.Combine(_folder, "rig.json") + (line > 0 ? $":{line}:" : ":"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAVideoOfAStream_TakesWhatAStreamCanBeAsked()
    {
        var config = Load(Good.Replace("\"adapters\": [", "\"adapters\": [ { \"kind\": \"video\", \"name\": \"crop\", \"source\": \"stream:camera\", \"interlaced\": \"topFirst\", \"rawVideo\": false },", StringComparison.Ordinal));

        Assert.Equal(Interlacing.TopFirst, Assert.IsType<VideoConfig>(config.Adapters[0]).Interlaced);
    }

    [Theory]
    [InlineData("serial:/tmp/no-such-port", true)]
    [InlineData("/dev/serial/by-id/usb-lab_treadmill-7", true)]
    [InlineData("stream:mouse/counts", true)]
    [InlineData("wheel.npy", false)]
    public void Load_OfATreadmill_LooksForFilesOnly(string source, bool loads)
    {
        var text = Good.Replace("},\n  ],", $$"""}, { "kind": "treadmill", "name": "wheel", "source": "{{source}}", "countsPerTurn": 1024, "radiusCm": 3.1, "harp": { "register": 44 } } ],""", StringComparison.Ordinal);
        if (loads)
        {
            var treadmill = Assert.IsType<TreadmillConfig>(Load(text).Adapters[^1]);
            Assert.Equal((source, 44, (int?)null), (treadmill.Source, treadmill.Harp!.Register, treadmill.Harp.WhoAmI));
            return;
        }
        Assert.Contains("there is no file", Assert.Throws<RigConfigException>(() => Load(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAnAbsentFile_NamesIt()
    {
        var error = Assert.Throws<RigConfigException>(() => RigConfigFile.Load(Path.Combine(_folder, "none.json")));

        Assert.Contains("none.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfARelativeFile_FindsItBesideTheConfig()
    {
        var video = Path.Combine(_folder, "movie.mp4");
        File.WriteAllText(video, "");

        var config = Load(Good.Replace("\"kind\": \"wire\", \"name\": \"camera\", \"endpoint\": \"tcp://127.0.0.1:5555\", \"streams\": [\"camera\"]",
            "\"kind\": \"video\", \"name\": \"camera\", \"source\": \"movie.mp4\"", StringComparison.Ordinal));

        Assert.Equal(video, Assert.IsType<VideoConfig>(config.Adapters[0]).Source);
    }

    [Fact]
    public void Load_OfACalibrationThatIsNotThereYet_PutsItBesideTheConfig()
    {
        var config = Load(Good.Replace("\"adapters\": [", "\"adapters\": [ { \"kind\": \"eye-video\", \"name\": \"eye\", \"source\": \"stream:camera\", \"calibration\": \"eye.json\" },", StringComparison.Ordinal));

        Assert.Equal(Path.Combine(_folder, "eye.json"), Assert.IsType<EyeVideoConfig>(config.Adapters[0]).Calibration);
    }

    [Fact]
    public void ToJson_OfAConfig_HoldsDefaultsAndKinds()
    {
        var json = RigConfigFile.ToJson(Load(Good));

        Assert.Equal(48, json.GetProperty("aligner").GetProperty("binMs").GetDouble());
        Assert.Equal("wire", json.GetProperty("adapters")[0].GetProperty("kind").GetString());
        Assert.Equal("hold", json.GetProperty("prediction").GetProperty("fallback").GetString());
    }

    private RigConfig Load(string text)
    {
        var file = Path.Combine(_folder, "rig.json");
        File.WriteAllText(file, text);
        return RigConfigFile.Load(file);
    }
}
