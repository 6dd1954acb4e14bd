using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// One mouse of the Xu layout, with the habits of the published code: images scaled from each file's least to its greatest value, NaN of behaviour taken for 0, a
/// first difference that is taken from 0 at each file's start, activity one bin after the last frame. Every file is a stretch of its own. The fit ends so that the
/// validation windows of one frame are the published ones; windows that would read bins of both are left out.
/// </summary>
internal static class XuMouse
{
    private const string Counts = "nsp";

    /// <summary>Fields of behaviour, by the names that networks ask for.</summary>
    public static readonly string[] Fields =
        [BehaviourVariables.Speed, BehaviourVariables.Pitch, BehaviourVariables.Roll, BehaviourVariables.Phi, BehaviourVariables.Theta, BehaviourVariables.PupilRadius];

    private const long BinNs = 48 * RigClock.MillisecondNs;

    public static string PathOf(string folder, string part, string field, int segment)
        => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{part}_{field}_seg_{segment}.npy"));

    public static InputSpec ImageOf(NpyFile video) => new() { Name = "image", Kind = InputKind.Image, Height = video.Shape[1], Width = video.Shape[2] };

    /// <summary>Reads a mouse; its video stays on disk.</summary>
    /// <exception cref="DataFileException">A file is absent, damaged, or does not fit the others.</exception>
    public static SessionData Read(string folder, XuConfig config, InputSpec[] inputs)
    {
        var pieces = new List<MappedPiece>();
        try
        {
            return Read(folder, config, inputs, pieces);
        }
        catch
        {
            foreach (MappedPiece piece in pieces)
                piece.File.Dispose();
            throw;
        }
    }

    private static SessionData Read(string folder, XuConfig config, InputSpec[] inputs, List<MappedPiece> pieces)
    {
        var counts = new List<float[]?>();
        var series = Fields.ToDictionary(static field => field, static _ => new List<float>());
        var trials = new List<DataTrial>();
        var parts = new List<DataPart>();
        int units = ArrayFile.Any, segments = Segments(folder);
        InputSpec? image = null;
        foreach ((int segment, string part) in Enumerable.Range(0, segments).SelectMany(static segment => new[] { (segment, "train"), (segment, "test") }))
        {
            using NpyFile activity = ArrayFile.Open(PathOf(folder, part, Counts, segment), "(bins, units)", ArrayFile.Any, units);
            int first = counts.Count, bins = activity.Rows;
            units = activity.Shape[1];
            NpyFile video = ArrayFile.Open(PathOf(folder, part, config.Video, segment), "(bins, rows, columns)", bins, image?.Height ?? ArrayFile.Any, image?.Width ?? ArrayFile.Any);
            pieces.Add(new MappedPiece(video, first, bins));
            image ??= ImageOf(video);
            pieces[^1] = Scaled(pieces[^1]);
            foreach (string field in Fields)
                series[field].AddRange(ArrayFile.Series(PathOf(folder, part, field, segment), bins).Select(static value => float.IsNaN(value) ? 0 : value));
            counts.AddRange(Rows(activity));
            trials.Add(new DataTrial($"{part} {segment}", first, bins));
            int validation = part == "train" ? (int)(config.FitShare * (bins - config.OutputDelayBins)) : 0;
            for (int bin = 0; bin < bins; bin++)
                parts.Add(part == "test" ? DataPart.Test : bin < validation ? DataPart.Fit : DataPart.Validation);
        }
        string mouse = Path.GetFileName(folder);
        int[] kept = Kept(mouse, units, config);
        (long[] indices, int[] unbroken) = DatasetContent.Apart(trials);
        var behaviour = series.ToDictionary(static field => field.Key, static field => field.Value.ToArray());
        var binding = new InputBinding(folder, image!, new MappedRows(pieces, image!.Length), behaviour, unbroken, DifferenceFromZero: true);
        var data = new Dataset(new DatasetContent
        {
            Inputs = InputBinding.WithoutStatistics(inputs),
            Values = binding.Bind(inputs),
            UnitIds = Array.ConvertAll(kept, static unit => unit.ToString(CultureInfo.InvariantCulture)),
            Activity = new ColumnRows(new FloatRows([.. counts], units), kept),
            Known = [.. counts.Select(static row => row is not null)],
            BinNs = BinNs,
            Indices = indices,
            Unbroken = unbroken,
            Trials = trials,
            Notes = kept.Length < units ? [$"{units - kept.Length} of {units} units are left out"] : [],
        });
        return new SessionData(mouse, data, [.. parts], config.OutputDelayBins);
    }

    // Segments are numbered from 0; how many there are the counts of the training share say.
    private static int Segments(string folder)
    {
        int segments = 0;
        while (File.Exists(PathOf(folder, "train", Counts, segments)))
            segments++;
        int files = Directory.GetFiles(folder, $"train_{Counts}_seg_*.npy").Length;
        return files == segments && segments > 0
            ? segments
            : throw new DataFileException(PathOf(folder, "train", Counts, segments), $"no such file, but there are {files} segments of the field {Counts}");
    }

    private static MappedPiece Scaled(MappedPiece piece)
    {
        MappedPiece.InOrder(piece.File);
        float least = float.PositiveInfinity, greatest = float.NegativeInfinity;
        int length = piece.File.RowLength;
        var frame = new float[length];
        for (int bin = 0; bin < piece.Bins; bin++)
        {
            Widening.Read(piece.File.DType, piece.File.Elements((long)bin * length, length), frame);
            foreach (float pixel in frame)
            {
                if (!float.IsFinite(pixel))
                    throw new DataFileException(piece.File.Path, $"frame {bin} has a pixel that is {pixel}");
                least = Math.Min(least, pixel);
                greatest = Math.Max(greatest, pixel);
            }
        }
        float range = greatest - least;
        return range > 0 ? piece with { Scale = 1 / range, Offset = -least / range } : piece with { Scale = 0, Offset = 0 };
    }

    // A bin without a single count was not recorded.
    private static float[]?[] Rows(NpyFile counts)
    {
        float[] values = counts.ReadSingles();
        var rows = new float[]?[counts.Rows];
        for (int bin = 0; bin < rows.Length; bin++)
        {
            float[] row = values.AsSpan(bin * counts.RowLength, counts.RowLength).ToArray();
            if (Array.FindIndex(row, float.IsInfinity) is var unit and >= 0)
                throw new DataFileException(counts.Path, $"the response of unit {unit} in bin {bin} is infinite");
            rows[bin] = Array.TrueForAll(row, float.IsNaN) ? null : row;
        }
        return rows;
    }

    private static int[] Kept(string mouse, int units, XuConfig config)
    {
        if (!config.DroppedUnits.TryGetValue(mouse, out int[]? dropped))
            dropped = XuDroppedUnits.Of(mouse, units);
        if (Array.Find(dropped, unit => unit < 0 || unit >= units) is var outside && (outside < 0 || outside >= units))
            throw new LoopRigException($"droppedUnits: mouse {mouse} has {units} units, so there is no unit {outside}");
        int[] kept = [.. Enumerable.Range(0, units).Except(dropped)];
        return kept.Length > 0 ? kept : throw new LoopRigException($"droppedUnits: no unit of mouse {mouse} is left");
    }
}
