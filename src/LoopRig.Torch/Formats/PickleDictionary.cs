namespace LoopRig.Torch.Formats;

/// <summary>A dict or OrderedDict of a pickle: keys are text or numbers. A class of its own because a pickle fills it after it was remembered.</summary>
internal sealed class PickleDictionary
{
    /// <summary>The items in the order of their first setting.</summary>
    internal OrderedDictionary<object, object?> Items { get; } = [];
}
