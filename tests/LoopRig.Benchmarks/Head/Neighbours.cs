using System.Globalization;
using LoopRig.Acquisition;

namespace LoopRig.Benchmarks;

/// <summary>The filter with one constant at a time 0.7 and 1.4 times what it is: whether the constants were tuned to the trials would show here.</summary>
internal static class Neighbours
{
    private static readonly double[] s_factors = [0.7, 1.4];

    public static IEnumerable<(string Name, OrientationOptions Options)> Of(OrientationOptions options)
    {
        foreach (var property in typeof(OrientationOptions).GetProperties().Where(p => p.PropertyType == typeof(double)))
        {
            foreach (var factor in s_factors)
            {
                var changed = options with { };
                var value = (double)property.GetValue(options)! * factor;
                property.SetValue(changed, value);
                yield return (string.Create(CultureInfo.InvariantCulture, $"{property.Name} {value:0.####}"), changed);
            }
        }
    }
}
