namespace LoopRig.Rig.Configuration;

/// <summary>Finds what a mistyped word was meant to be.</summary>
internal static class Suggestion
{
    // Longest first: 'BlockSamples' ends in 'S' too. Names end in their unit by the house style.
    private static readonly (string Suffix, string Words)[] s_units =
    [
        ("CmPerS", "centimetres per second"), ("Seconds", "seconds"), ("Minutes", "minutes"), ("Samples", "samples"), ("PerTurn", "counts a turn"), ("Percent", "percent"), ("Bytes", "bytes"), ("MiB", "MiB"), ("Deg", "degrees"), ("Rad", "radians"),
        ("Hz", "hertz"), ("Ns", "nanoseconds"), ("Us", "microseconds"), ("Ms", "milliseconds"), ("Px", "pixels"), ("Mm", "millimetres"), ("Cm", "centimetres"), ("M", "metres"), ("S", "seconds"),
    ];

    /// <summary>The unit that a key's name ends in, in words; null where it has none.</summary>
    public static string? UnitOf(string key) => Split(key).Words;

    /// <summary>Says what was probably meant, as the end of a sentence; empty where nothing is near.</summary>
    public static string For(string word, IReadOnlyCollection<string> known)
    {
        var stem = Split(word).Stem;
        var otherUnit = known.FirstOrDefault(k => Split(k) is { Words: not null } split && split.Stem.Equals(stem, StringComparison.OrdinalIgnoreCase));
        if (otherUnit is not null)
        {
            return $"; it is given in {UnitOf(otherUnit)}, as '{otherUnit}'";
        }
        var nearest = known.Select(k => (Key: k, Distance: Distance(word.ToLowerInvariant(), k.ToLowerInvariant()))).OrderBy(k => k.Distance).FirstOrDefault();
        return nearest.Key is not null && nearest.Distance <= Math.Max(2, word.Length / 3)
            ? $"; did you mean '{nearest.Key}'?"
            : known.Count == 0 ? "" : $"; known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}";
    }

    private static (string Stem, string? Words) Split(string key)
    {
        foreach (var (suffix, words) in s_units)
        {
            if (key.Length > suffix.Length && key.EndsWith(suffix, StringComparison.Ordinal))
            {
                return (key[..^suffix.Length], words);
            }
        }
        return (key, null);
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
