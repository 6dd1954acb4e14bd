using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Training;

/// <summary>
/// The layout of the mouse V1 set of Antolik et al. 2016: a folder a region with <c>validation_inputs.npy</c> (images, pixels) of square pictures in
/// millionths, and <c>raw_validation_set.npy</c> (repeats, images, units), a response to every single presentation.
/// </summary>
internal static class PictureArrays
{
    private const string Inputs = "validation_inputs.npy", Responses = "raw_validation_set.npy";
    private const double PixelUnit = 1e-6;

    /// <summary>Whether a folder is, or holds, such regions.</summary>
    public static bool Is(string folder) => Regions(folder).Length > 0;

    /// <summary>Names of the regions, in order.</summary>
    public static string[] Sessions(string folder) => [.. Regions(folder).Select(static region => Path.GetFileName(Path.TrimEndingDirectorySeparator(region)))];

    /// <summary>Rows and columns of the pictures.</summary>
    public static (int Width, int Height) PictureSize(string folder, string session)
    {
        using var file = new NpyFile(Path.Combine(FolderOf(folder, session), Inputs));
        int side = Side(file);
        return (side, side);
    }

    /// <summary>Reads one region.</summary>
    /// <exception cref="DataFileException">A file is absent or damaged, or the two do not fit each other.</exception>
    public static ImageRecording Read(string folder, string session, InputSpec input)
    {
        string at = FolderOf(folder, session);
        using var inputs = new NpyFile(Path.Combine(at, Inputs));
        using var responses = new NpyFile(Path.Combine(at, Responses));
        int side = Side(inputs), images = inputs.Rows;
        if (responses.Shape.Length != 3 || responses.Count == 0)
            throw new DataFileException(responses.Path, $"responses have the shape (repeats, images, units), not ({string.Join(", ", responses.Shape)})");
        if (responses.Shape[1] != images)
            throw new DataFileException(responses.Path, $"responses to {responses.Shape[1]} images, but {inputs.Path} holds {images}");
        var shaper = new PictureShaper(input);
        var pictures = new byte[images][];
        var identity = new int[images];
        var seen = new Dictionary<string, int>();
        var picture = new Image(side, side, 1);
        var row = new double[side * side];
        for (int image = 0; image < images; image++)
        {
            inputs.ReadRow(image, row);
            for (int pixel = 0; pixel < row.Length; pixel++)
            {
                double value = Math.Round(row[pixel] / PixelUnit);
                picture.Pixels[pixel] = value is >= 0 and <= 255 ? (byte)value : throw new DataFileException(inputs.Path, $"pixel {pixel} of image {image} is {row[pixel]}, not 0 to 255 millionths");
            }
            string key = Convert.ToHexString(picture.Pixels);
            identity[image] = seen.TryGetValue(key, out int first) ? first : seen[key] = image;
            pictures[image] = shaper.Shape(picture);
        }
        int units = responses.Shape[2], repeats = responses.Shape[0];
        float[] values = responses.ReadSingles();
        var shown = new int[repeats * images];
        var rows = new float[shown.Length][];
        for (int presentation = 0; presentation < shown.Length; presentation++)
        {
            shown[presentation] = presentation % images;
            rows[presentation] = values.AsSpan(presentation * units, units).ToArray();
            if (Array.FindIndex(rows[presentation], float.IsInfinity) is var unit and >= 0)
                throw new DataFileException(responses.Path, $"the response of unit {unit} to image {presentation % images}, repeat {presentation / images}, is infinite");
        }
        return new ImageRecording(session, pictures, identity, shown, rows);
    }

    private static string[] Regions(string folder)
    {
        if (IsRegion(folder))
            return [folder];
        string[] regions = Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Where(IsRegion)] : [];
        Array.Sort(regions, StringComparer.Ordinal);
        return regions;
    }

    private static bool IsRegion(string folder) => File.Exists(Path.Combine(folder, Inputs)) && File.Exists(Path.Combine(folder, Responses));

    private static string FolderOf(string folder, string session) => IsRegion(folder) ? folder : Path.Combine(folder, session);

    private static int Side(NpyFile file)
    {
        int side = (int)Math.Round(Math.Sqrt(file.RowLength));
        return file.Shape.Length == 2 && side > 0 && side * side == file.RowLength
            ? side
            : throw new DataFileException(file.Path, $"pictures are square and lie as (images, pixels), not ({string.Join(", ", file.Shape)})");
    }
}
