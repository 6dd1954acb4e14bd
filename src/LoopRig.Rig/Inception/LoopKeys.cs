using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Rig.Configuration;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>
/// The keys of a loop's configuration, each with the first stage that rests on it and a hash of its value. What a stage has not yet used may be corrected: a threshold that
/// nothing passes must not cost the recordings.
/// </summary>
internal static class LoopKeys
{
    // What of a display's configuration the loop gives itself, and how often a training is saved.
    private static readonly string[] s_shown = ["stimuli", "first", "repeat", "session"];
    private static readonly string[] s_saving = ["checkpointSeconds", "checkpointSteps"];

    /// <summary>All keys, in the order of the stages.</summary>
    /// <param name="config">The loop.</param>
    /// <param name="rig">Its rig.</param>
    public static IEnumerable<(string Key, InceptionStage Stage, string Hash)> Of(InceptionConfig config, RigConfig rig)
    {
        var json = ConfigJson.Write(config);
        var train = json["train"]!.AsObject();
        train.Remove("threads");
        Remove(train["training"]!.AsObject(), s_saving);
        var present = json["present"]!.AsObject();
        yield return ("rig", InceptionStage.Collect, Hash(Animal(rig)));
        yield return ("activity", InceptionStage.Collect, Hash(json["activity"]));
        yield return ("seed", InceptionStage.Collect, Hash(json["seed"]));
        yield return ("collect", InceptionStage.Collect, Hash(json["collect"]));
        yield return ("train", InceptionStage.Train, Hash(train));
        yield return ("select", InceptionStage.Select, Hash(json["select"]));
        yield return ("synthesise", InceptionStage.Synthesise, Hash(json["synthesise"]));
        foreach (var (key, value) in present)
        {
            yield return ($"present.{key}", key is "naturals" or "gabors" ? InceptionStage.Synthesise : InceptionStage.Present, Hash(value));
        }
    }

    // Who is recorded, by what, in which bins; comments, sockets, network and deadlines may change.
    private static JsonObject Animal(RigConfig rig)
    {
        var json = JsonNode.Parse(RigConfigFile.ToJson(rig).GetRawText())!.AsObject();
        foreach (var adapter in json["adapters"]!.AsArray())
        {
            Remove(adapter!.AsObject(), s_shown);
        }
        return new JsonObject { ["subject"] = json["subject"]!["id"]!.DeepClone(), ["adapters"] = json["adapters"]!.DeepClone(), ["aligner"] = json["aligner"]!.DeepClone() };
    }

    private static void Remove(JsonObject json, string[] keys)
    {
        foreach (var key in keys)
        {
            json.Remove(key);
        }
    }

    private static string Hash(JsonNode? json) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(json)))[..16];
}
