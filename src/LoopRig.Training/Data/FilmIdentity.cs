using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LoopRig.Training;

/// <summary>Finds films that were shown more than once, by frames spread over them: to read every film whole would take longer than everything else.</summary>
internal static class FilmIdentity
{
    private const int Frames = 16;

    /// <summary>Of each film the first one that is the same: itself, unless it repeats.</summary>
    /// <param name="films">One piece a film.</param>
    /// <param name="length">Pixels of a frame.</param>
    public static int[] Of(IReadOnlyList<MappedPiece> films, int length)
    {
        var rows = new MappedRows(films, length);      // only lends the pieces
        var seen = new Dictionary<string, int>();
        var identity = new int[films.Count];
        var frame = new float[length];
        for (int film = 0; film < identity.Length; film++)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int bins = films[film].Bins, looks = Math.Min(Frames, bins);
            hash.AppendData(BitConverter.GetBytes(bins));
            for (int look = 0; look < looks; look++)
            {
                rows.Read(films[film].First + (int)((long)look * (bins - 1) / Math.Max(1, looks - 1)), frame);
                hash.AppendData(MemoryMarshal.AsBytes(frame.AsSpan()));
            }
            string key = Convert.ToHexString(hash.GetHashAndReset());
            identity[film] = seen.TryGetValue(key, out int first) ? first : seen[key] = film;
        }
        return identity;
    }

    /// <summary>A number for each bin: the same frame of the same film has the same one.</summary>
    public static int[] Numbers(IReadOnlyList<DataTrial> trials, int[] identity)
        => [.. trials.SelectMany((trial, at) => Enumerable.Range(trials[identity[at]].First, trial.Bins))];
}
