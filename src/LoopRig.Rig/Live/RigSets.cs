using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>Sets of stimuli that were synthesised for one network mean nothing to another.</summary>
internal static class RigSets
{
    /// <summary>Refuses a display that shows a set which was made for another network than the rig's.</summary>
    /// <param name="config">The rig.</param>
    /// <param name="hash">The hash of its network.</param>
    /// <exception cref="RigConfigException">There is such a set; the key is named.</exception>
    public static void Check(RigConfig config, string hash)
    {
        foreach (var (key, path, made) in Of(config))
        {
            if (made != hash)
            {
                throw new RigConfigException(config.File, key, $"{path} was made for the network {Short(made)}, the rig runs {Short(hash)} ({config.Network!.File}): synthesise for this one, or load the other");
            }
        }
    }

    /// <summary>The sets that were made for another network, for a note; null: none.</summary>
    public static string? Strangers(RigConfig config, string hash)
    {
        var strangers = Of(config).Where(s => s.Made != hash).Select(static s => s.Path).Distinct().ToArray();
        return strangers.Length == 0 ? null : string.Join(", ", strangers);
    }

    private static IEnumerable<(string Key, string Path, string Made)> Of(RigConfig config)
    {
        var data = ConfigPaths.FindDataFolder();
        foreach (var (i, adapter) in config.Adapters.Index())
        {
            foreach (var (name, file) in (adapter as DisplayConfig)?.Stimuli ?? [])
            {
                foreach (var set in StimulusFile.Load(file, data).Stimuli.Values.OfType<MeiSetStimulus>())
                {
                    // What was made for no network, such as a set of controls, may be shown to any.
                    if (MeiSet.Load(set.Path).NetworkHash is { Length: > 0 } made && made != "none")
                    {
                        yield return ($"adapters[{i}].stimuli.{name}", set.Path, made);
                    }
                }
            }
        }
    }

    private static string Short(string hash) => hash.Length > 16 ? hash[..16] : hash;
}
