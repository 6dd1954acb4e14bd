using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Core.Stimuli;

namespace LoopRig.Rig.Configuration;

/// <summary>Reads rig configurations, and writes them as they ran.</summary>
public static class RigConfigFile
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads and checks a configuration: every key, type, unit and range, and that the files it names exist.</summary>
    /// <param name="path">The file, commented JSON.</param>
    /// <param name="filesMustExist">False reads a template, whose files are not there yet.</param>
    /// <exception cref="RigConfigException">A key is unknown, missing, of the wrong type or out of its range, or a file does not exist.</exception>
    /// <exception cref="NotReadyException">It names ${LOOPRIG_DATA} and there is no such folder.</exception>
    public static RigConfig Load(string path, bool filesMustExist = true)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RigConfigException(path, "CONFIG", $"the file cannot be read: {e.Message}");
        }
        var config = (RigConfig)new ConfigBinder(path, filesMustExist).BindObject(typeof(RigConfig), ConfigParser.Parse(path, text), "");
        config.File = path;
        CheckWhole(config);
        return config;
    }

    /// <summary>The configuration with every default filled in, as the session keeps it.</summary>
    public static JsonElement ToJson(RigConfig config) => JsonSerializer.SerializeToElement(config, s_json);

    /// <summary>Reads back what <see cref="ToJson"/> wrote: a configuration as it ran, its paths absolute. Its files are not looked for.</summary>
    /// <exception cref="RigConfigException">It is not what this version writes.</exception>
    public static RigConfig FromJson(JsonElement json)
    {
        try
        {
            return json.Deserialize<RigConfig>(s_json) ?? throw new RigConfigException("session.json", "rigConfig", "it is null");
        }
        catch (JsonException e)
        {
            throw new RigConfigException("session.json", e.Path ?? "rigConfig", e.Message);
        }
    }

    /// <summary>What no key can say alone.</summary>
    private static void CheckWhole(RigConfig config)
    {
        var (bin, lateness, deadline) = (config.Aligner.BinMs, config.Aligner.LatenessMs, config.Prediction.DeadlineMs);
        if (lateness + deadline > bin)
        {
            throw new RigConfigException(config.File, "prediction.deadlineMs", FormattableString.Invariant(
                $"aligner.latenessMs ({lateness}) and this ({deadline}) together exceed aligner.binMs ({bin}): a prediction must be out before the next bin closes"));
        }
        for (var i = 0; i < config.Adapters.Length; i++)
        {
            var name = config.Adapters[i].Name;
            if (config.Adapters.Take(i).Any(a => a.Name == name))
            {
                throw new RigConfigException(config.File, $"adapters[{i}].name", $"two adapters are called '{name}'");
            }
            if (config.Adapters[i] is SamplesConfig { TimeColumn: < 0, RateHz: 0 })
            {
                throw new RigConfigException(config.File, $"adapters[{i}].rateHz", "a file without a column of times (timeColumn) needs its documented rate");
            }
            if (config.Adapters[i] is ImuConfig imu)
            {
                CheckImu(config.File, $"adapters[{i}]", imu);
            }
            if (config.Adapters[i] is DisplayConfig display)
            {
                CheckDisplay(config.File, $"adapters[{i}]", display);
            }
            if (config.Adapters[i] is SimulatedHeadFixedConfig mouse)
            {
                CheckHeadFixed(config, $"adapters[{i}]", mouse);
            }
            if (config.Adapters[i] is VideoSourceConfig video)
            {
                CheckVideo(config, $"adapters[{i}]", video);
            }
        }
        ControllerCheck.Check(config);
    }

    private static void CheckDisplay(string file, string key, DisplayConfig display)
    {
        if (display.First is { } first && !display.Stimuli.ContainsKey(first))
        {
            throw new RigConfigException(file, $"{key}.first", $"there is no stimulus '{first}'{Suggestion.For(first, display.Stimuli.Keys)}");
        }
        if (display.Monitor.Gamma?.Photometer is { } readings && !File.Exists(readings))
        {
            throw new RigConfigException(file, $"{key}.monitor.gamma.photometer", $"there is no file {readings}; an absolute path belongs here");
        }
        try
        {
            _ = new MonitorGeometry(display.Monitor);
        }
        catch (LoopRigException e)
        {
            throw new RigConfigException(file, $"{key}.monitor", e.Message);
        }
    }

    // Its receptive fields are told in degrees of the monitor: another one than the display's would make them untrue.
    private static void CheckHeadFixed(RigConfig config, string key, SimulatedHeadFixedConfig mouse)
    {
        if (config.Adapters.OfType<DisplayConfig>().FirstOrDefault(d => mouse.SourceStream == $"{d.Name}/frames") is not { } display)
        {
            return; // a display of another computer, or none: who opens the stream knows best
        }
        if (display.Frames is null)
        {
            throw new RigConfigException(config.File, $"{key}.source", $"display '{display.Name}' publishes no frames; give it \"frames\": {{ \"height\": 36, \"width\": 64 }}");
        }
        if (display.Monitor != mouse.Monitor)
        {
            throw new RigConfigException(config.File, $"{key}.monitor", $"differs from the monitor of display '{display.Name}', before which the mouse sits");
        }
    }

    // What would be left undone without a word.
    private static void CheckVideo(RigConfig config, string key, VideoSourceConfig video)
    {
        if (video.RawVideo && !config.Session.Record)
        {
            throw new RigConfigException(config.File, $"{key}.rawVideo", "nothing is recorded while session.record is false");
        }
        if (video.SourceStream is null)
        {
            return;
        }
        var ignored = video.RawVideo ? "rawVideo"
            : video.Loop ? "loop"
            : video.Pace != Pace.RealTime ? "pace"
            : video.Camera != new CameraConfig() ? "camera"
            : null;
        if (ignored is not null)
        {
            throw new RigConfigException(config.File, $"{key}.{ignored}", $"'{video.Source}' is another adapter's stream, which this cannot be asked of; it belongs to the adapter that opens the file or camera");
        }
    }

    private static void CheckImu(string file, string key, ImuConfig imu)
    {
        if (imu.SerialDevice is not null && imu.RateHz <= 0)
        {
            throw new RigConfigException(file, $"{key}.rateHz", "a serial device needs its nominal rate: receivers make room by it");
        }
        try
        {
            _ = imu.CreateMounting();
        }
        catch (LoopRigException e)
        {
            throw new RigConfigException(file, $"{key}.{e.Message.Split(':', 2)[0]}", e.Message.Split(':', 2)[1].Trim());
        }
    }
}
