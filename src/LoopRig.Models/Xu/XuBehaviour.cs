using LoopRig.Core;

namespace LoopRig.Models.Xu;

/// <summary>The behaviour sets of Xu et al. 2023, in the published order of their elements.</summary>
public static class XuBehaviour
{
    /// <summary>B: speed, pitch, roll, phi, th, eyerad.</summary>
    public static readonly string[] Behaviour =
        [BehaviourVariables.Speed, BehaviourVariables.Pitch, BehaviourVariables.Roll, BehaviourVariables.Phi, BehaviourVariables.Theta, BehaviourVariables.PupilRadius];

    /// <summary>D: the first differences of all but the speed.</summary>
    public static readonly string[] Derivatives = [.. Behaviour.Skip(1).Select(static name => name + "'")];

    /// <summary>S: speed, eyerad and its difference.</summary>
    public static readonly string[] Small = [BehaviourVariables.Speed, BehaviourVariables.PupilRadius, BehaviourVariables.PupilRadius + "'"];

    /// <summary>{B+D} x: the 11 variables of B and D, then their 55 products: 66.</summary>
    public static readonly string[] AllWithProducts = InputSpec.WithProducts([.. Behaviour, .. Derivatives]);

    /// <summary>
    /// The published set of a size (3, 5, 6, 11, 15, 21 or 66), or null: what a weights file, which has no names, tells by its size alone. Six is B; S with
    /// its products has as many.
    /// </summary>
    public static string[]? OfSize(long count) => count switch
    {
        3 => Small,
        5 => Derivatives,
        6 => Behaviour,
        11 => [.. Behaviour, .. Derivatives],
        15 => InputSpec.WithProducts(Derivatives),
        21 => InputSpec.WithProducts(Behaviour),
        66 => AllWithProducts,
        _ => null,
    };

    /// <summary>The set of a name: "none", "S", "B", "D", "BD", and with an "x" behind it the products as well.</summary>
    /// <exception cref="NetworkException">There is no such set.</exception>
    public static string[] OfName(string name)
    {
        bool products = name.EndsWith('x');
        string[] variables = (products ? name[..^1] : name) switch
        {
            "none" when !products => [],
            "S" => Small,
            "B" => Behaviour,
            "D" => Derivatives,
            "BD" => [.. Behaviour, .. Derivatives],
            _ => throw new NetworkException($"'{name}' is no behaviour set; there is none, S, B, D, BD and Sx, Bx, Dx, BDx"),
        };
        return products ? InputSpec.WithProducts(variables) : variables;
    }
}
