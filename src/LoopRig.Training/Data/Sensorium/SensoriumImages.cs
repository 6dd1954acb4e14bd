using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>The layout of 2022: a trial is one image, its behaviour (pupil size, its change, speed) and one response a neuron.</summary>
internal static class SensoriumImages
{
    private static readonly string[] s_behaviour = [BehaviourVariables.PupilRadius, BehaviourVariables.PupilRadius + "'", BehaviourVariables.Speed];

    public static IReadOnlyList<InputSpec> Offered(string folder)
    {
        (string[] trials, _) = SensoriumFolder.Trials(folder, "images");
        using NpyFile image = OpenImage(folder, trials[0], null);
        return [ImageOf(image), new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = s_behaviour }, new InputSpec { Name = "pupil_centre", Kind = InputKind.Vector, Variables = SensoriumFolder.Pupil }];
    }

    /// <summary>Reads a recording into memory.</summary>
    public static SessionData Read(string folder, SensoriumConfig config, InputSpec[] inputs)
    {
        (string[] names, string[] tiers) = SensoriumFolder.Trials(folder, "images");
        var notes = new List<string>();
        DataPart[] parts = SensoriumFolder.Parts(folder, tiers, config.TestTiers, notes);
        var pixels = new List<float[]>();
        var responses = new float[names.Length][];
        var identity = new int[names.Length];
        var seen = new Dictionary<string, int>();
        var series = new Dictionary<string, float[]>();
        InputSpec? offered = null;
        int units = ArrayFile.Any;
        for (int trial = 0; trial < names.Length; trial++)
        {
            using NpyFile image = OpenImage(folder, names[trial], offered);
            offered ??= ImageOf(image);
            pixels.Add(image.ReadSingles());
            if (Array.FindIndex(pixels[^1], static pixel => !float.IsFinite(pixel)) is var broken and >= 0)
                throw new DataFileException(image.Path, $"pixel {broken} of trial {names[trial]} is {pixels[^1][broken]}");
            Widening.Scale(pixels[^1], 1f / 255, 0);
            string key = Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(pixels[^1].AsSpan())));
            identity[trial] = seen.TryGetValue(key, out int first) ? first : seen[key] = trial;
            using NpyFile response = ArrayFile.Open(SensoriumFolder.PathOf(folder, "responses", names[trial]), "(neurons)", units);
            units = response.Shape[0];
            responses[trial] = response.ReadSingles();
            AddColumns(folder, "behavior", names, trial, s_behaviour, series);
            AddColumns(folder, "pupil_center", names, trial, SensoriumFolder.Pupil, series);
        }
        (parts, int shared) = StimulusSplit.WithoutLeaks(parts, identity);
        if (shared > 0)
            notes.Add($"{shared} trials are left out because the same image is in a later tier");
        DataTrial[] trials = [.. names.Select(static (name, trial) => new DataTrial(name, trial, 1))];
        var raw = new FloatRows(responses, units);
        ResponseScan scan = ResponseScan.Of(raw, trials, parts, trial => SensoriumFolder.PathOf(folder, "responses", trial));
        if (scan.MissingTrials.Count > 0)
            notes.Add($"{scan.MissingTrials.Count} trials without any response are left out");
        (long[] indices, int[] unbroken) = DatasetContent.Apart(trials);
        var data = new Dataset(new DatasetContent
        {
            Inputs = InputBinding.WithoutStatistics(inputs),
            Values = new InputBinding(folder, offered!, Rows(pixels, offered!.Length), series, unbroken).Bind(inputs),
            UnitIds = SensoriumFolder.UnitIds(folder, units),
            Activity = new ScaledRows(raw, SensoriumFolder.ResponseScale(folder, config.PublishedStatistics, scan)),
            Known = scan.Known,
            BinNs = (long)(config.ImageMs * RigClock.MillisecondNs),
            Indices = indices,
            Unbroken = unbroken,
            Trials = trials,
            Repeats = identity,
            Published = config.PublishedStatistics ? SensoriumFolder.Published(folder, inputs, "images", s_behaviour) : null,
            Notes = notes,
        });
        return new SessionData(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), data, parts, config.OutputDelayBins);
    }

    private static NpyFile OpenImage(string folder, string trial, InputSpec? like)
        => ArrayFile.Open(SensoriumFolder.PathOf(folder, "images", trial), "(channels, rows, columns)", like?.Channels ?? ArrayFile.Any, like?.Height ?? ArrayFile.Any, like?.Width ?? ArrayFile.Any);

    private static InputSpec ImageOf(NpyFile image) => new() { Name = "image", Kind = InputKind.Image, Channels = image.Shape[0], Height = image.Shape[1], Width = image.Shape[2] };

    private static void AddColumns(string folder, string field, string[] names, int trial, string[] columns, Dictionary<string, float[]> series)
    {
        string path = SensoriumFolder.PathOf(folder, field, names[trial]);
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            return;
        using NpyFile file = ArrayFile.Open(path, "(variables)", columns.Length);
        float[] values = file.ReadSingles();
        for (int column = 0; column < columns.Length; column++)
        {
            if (!series.TryGetValue(columns[column], out float[]? one))
                series.Add(columns[column], one = new float[names.Length]);
            one[trial] = values[column];
        }
    }

    // Whole grey levels lie in a quarter of the memory.
    private static IBinValues Rows(List<float[]> pixels, int length)
    {
        bool whole = pixels.TrueForAll(static image => Array.TrueForAll(image, static pixel => pixel is >= 0 and <= 1 && Math.Abs(pixel * 255 - MathF.Round(pixel * 255)) < 1e-3f));
        return whole
            ? new ByteRows([.. pixels.Select(static image => Array.ConvertAll(image, static pixel => (byte)MathF.Round(pixel * 255)))], length)
            : new FloatRows([.. pixels], length);
    }
}
