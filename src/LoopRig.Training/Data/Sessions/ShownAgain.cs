using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LoopRig.Training;

/// <summary>
/// Finds pictures that a recorded display shows in more than one part. Sessions are split by time alone, so repeats are told of and not left out: which bins of a part an experimenter would rather do without
/// is hers to say. Pictures are the same when their pixels are; a film that is shown again at another phase of the bins is not noticed.
/// </summary>
internal static class ShownAgain
{
    /// <summary>How many pictures one presentation shows in one part and another in another.</summary>
    /// <param name="data">The bins.</param>
    /// <param name="parts">What each is for.</param>
    /// <param name="input">The image.</param>
    public static int Pictures(Dataset data, ReadOnlySpan<DataPart> parts, int input)
    {
        var shown = new Dictionary<string, List<DataPart>>();     // of each picture, the parts of its presentations; one that lies across a border has the first
        var frame = new float[data.Inputs[input].Length];
        string before = "";
        for (int bin = 0; bin < data.Length; bin++)
        {
            data.ReadInput(input, bin, frame);
            string picture = IsBlank(frame) ? "" : Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(frame.AsSpan())));
            bool begins = picture != before || data.StartsStretch(bin);
            before = picture;
            if (picture.Length == 0 || !begins || parts[bin] == DataPart.None)
                continue;
            if (!shown.TryGetValue(picture, out List<DataPart>? of))
                shown.Add(picture, of = []);
            of.Add(parts[bin]);
        }
        return shown.Values.Count(static of => of.Distinct().Skip(1).Any());
    }

    // Gray between pictures is no picture.
    private static bool IsBlank(float[] frame) => Array.TrueForAll(frame, pixel => Math.Abs(pixel - frame[0]) < 1e-3f);
}
