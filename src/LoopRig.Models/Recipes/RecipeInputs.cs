using LoopRig.Core;
using LoopRig.Models.Xu;

namespace LoopRig.Models;

/// <summary>What recipes want of the data.</summary>
internal static class RecipeInputs
{
    /// <summary>The inputs of a network of Xu et al. 2023.</summary>
    /// <exception cref="NetworkException">The data lack something; it is named.</exception>
    internal static InputSpec[] Xu(IReadOnlyList<InputSpec> offered, IReadOnlyList<string> behaviour, bool shifter, int height, int width)
        => Checked(offered, XuSpec.InputsFor(behaviour, shifter, height, width));

    /// <summary>The inputs as they are, if the data offer an image and the variables that every vector is made of.</summary>
    /// <exception cref="NetworkException">The data lack something; it is named.</exception>
    internal static InputSpec[] Checked(IReadOnlyList<InputSpec> offered, InputSpec[] wanted)
    {
        HashSet<string> known = [.. offered.Where(static input => input.Kind == InputKind.Vector).SelectMany(static input => input.Variables).SelectMany(Parts)];
        string[] lacking =
        [
            .. wanted.Where(input => input.Kind == InputKind.Image && !offered.Any(static given => given.Kind == InputKind.Image)).Select(static input => input.Name),
            .. wanted.Where(static input => input.Kind == InputKind.Vector).SelectMany(static input => input.Variables).SelectMany(Parts).Distinct().Where(part => !known.Contains(part)),
        ];
        return lacking.Length == 0 ? wanted : throw new NetworkException($"the data do not offer {string.Join(", ", lacking)}, which the network needs");
    }

    /// <summary>The measured variables of an element: "pitch" and "roll" of "pitch'*roll".</summary>
    private static IEnumerable<string> Parts(string variable) => variable.Split('*').Select(static factor => factor.TrimEnd('\''));
}
