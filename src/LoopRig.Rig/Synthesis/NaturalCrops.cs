using System.Security.Cryptography;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Rig.Synthesis;

/// <summary>
/// Grey crops of natural pictures in the size of a network's image. From each picture the largest rectangle of the network's aspect, at a random place along the side
/// that is left over; each pixel of the crop is the mean of the area that it covers. Two sets that share no picture, however often a collection holds it: one to choose
/// neurons, contrast and settings by, one that inputs are compared with at the end.
/// </summary>
internal sealed class NaturalCrops
{
    /// <summary>Crops that are compared with, where there are pictures enough.</summary>
    public const int MostCompared = 1000;

    /// <summary>Crops that choices rest on, where there are pictures enough.</summary>
    public const int MostChoosing = 1000;

    private static readonly string[] s_collections = [".zip", ".npy"];
    private static readonly string[] s_images = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".pgm"];

    private NaturalCrops(string folder, int height, int width, List<byte[]> compared, List<byte[]> choosing, string geometry)
        => (Folder, Height, Width, Compared, Choosing, Geometry) = (folder, height, width, compared, choosing, geometry);

    /// <summary>Where the pictures are.</summary>
    public string Folder { get; }

    /// <summary>Rows of a crop.</summary>
    public int Height { get; }

    /// <summary>Columns of a crop.</summary>
    public int Width { get; }

    /// <summary>The crops that are compared with, (Height, Width) bytes each.</summary>
    public IReadOnlyList<byte[]> Compared { get; }

    /// <summary>The crops that choices rest on.</summary>
    public IReadOnlyList<byte[]> Choosing { get; }

    /// <summary>How they were cut, for the reader.</summary>
    public string Geometry { get; }

    /// <summary>Units in which the pixels of the choosing crops have mean 0 and deviation 1.</summary>
    public PixelUnits Units()
    {
        double sum = 0, squares = 0;
        long count = 0;
        foreach (var crop in Choosing)
        {
            foreach (var pixel in crop)
            {
                sum += pixel;
                squares += (double)pixel * pixel;
            }
            count += crop.Length;
        }
        var mean = sum / count;
        return new PixelUnits(mean / 255, Math.Sqrt(Math.Max(1, squares / count - mean * mean)) / 255, $"mean and deviation of all pixels of {Choosing.Count} natural crops; the network's file says nothing");
    }

    /// <summary>The median over the choosing crops of the standard deviation of a crop's pixels, 0..1.</summary>
    public double MedianContrast()
    {
        var contrasts = Choosing.Select(static crop =>
        {
            var mean = crop.Average(static pixel => (double)pixel);
            return Math.Sqrt(crop.Average(pixel => (pixel - mean) * (pixel - mean))) / 255;
        }).Order().ToArray();
        return contrasts[contrasts.Length / 2];
    }

    /// <summary>Cuts crops.</summary>
    /// <param name="path">A folder of images, or of zips and .npy of them; a zip; a .npy.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="seed">Which pictures, and where they are cut.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="RigConfigException">There is no such path, or no pictures in it.</exception>
    /// <exception cref="DataFileException">A picture cannot be read.</exception>
    public static NaturalCrops Load(string path, int height, int width, int seed, CancellationToken stop)
    {
        var sources = List(path);
        var random = new SeededRandom((ulong)seed, "natural crops");
        for (var i = sources.Count - 1; i > 0; i--)
        {
            var other = random.Below(i + 1);
            (sources[i], sources[other]) = (sources[other], sources[i]);
        }
        // Of few pictures each set gets half.
        var compared = Math.Min(MostCompared, sources.Count / 2);
        var crops = new List<byte[]>();
        var seen = new HashSet<string>();
        var files = new Dictionary<PictureSource, PictureStack>();
        PictureStack? first = null;
        foreach (var (source, at) in sources)
        {
            stop.ThrowIfCancellationRequested();
            if (crops.Count == compared + MostChoosing)
            {
                break;
            }
            // Only arrays hold more than one picture; an image is not needed again.
            if (!files.TryGetValue(source, out var stack))
            {
                stack = PictureStack.Load(source, stop);
                if (stack.Count > 1)
                {
                    files.Add(source, stack);
                }
            }
            first ??= stack;
            var picture = stack.Picture(at);
            if (seen.Add(Convert.ToHexString(SHA256.HashData(picture))))
            {
                crops.Add(Crop(picture, stack.Height, stack.Width, height, width, random));
            }
        }
        compared = Math.Min(compared, crops.Count / 2);
        if (compared < 1)
        {
            throw new RigConfigException(path, "--images", $"holds {crops.Count} different picture{(crops.Count == 1 ? "" : "s")}; at least 2 are needed: some to choose by, others to compare with");
        }
        var (cut, _) = Rectangle(first!.Height, first.Width, height, width);
        var geometry = $"{crops.Count} different pictures of {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))}, grey (0.299 R + 0.587 G + 0.114 B); of each ({first.Width} x {first.Height} px, the first) the largest {width}:{height} rectangle "
            + $"({cut.Width} x {cut.Height} px) at a random place, each of the {width} x {height} pixels the mean of the area it covers; {compared} compared with, {crops.Count - compared} others chosen by, seed {seed}";
        return new NaturalCrops(path, height, width, crops[..compared], crops[compared..], geometry);
    }

    private static List<(PictureSource Source, int At)> List(string path)
    {
        if (!Directory.Exists(path) && !File.Exists(path))
        {
            throw new RigConfigException(path, "--images", "there is no such file or folder");
        }
        var files = new PictureFiles();
        var sources = new List<(PictureSource, int)>();
        if (File.Exists(path))
        {
            Add(path);
            return sources;
        }
        var inside = Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).ToArray();
        foreach (var collection in inside.Where(static file => s_collections.Contains(Path.GetExtension(file).ToLowerInvariant())))
        {
            Add(collection);
        }
        // The listing of a folder refuses one that holds no image.
        if (sources.Count == 0 || Array.Exists(inside, IsImage))
        {
            try
            {
                Add(path);
            }
            catch (DataFileException e) when (!Array.Exists(inside, IsImage))
            {
                throw new RigConfigException(path, "--images", $"holds no pictures (png, jpg, bmp, tif, pgm; zip or npy of them): {e.Message}");
            }
        }
        return sources;

        void Add(string one)
        {
            var listing = files.List(one);
            foreach (var (_, source, at) in listing.Sources)
            {
                for (var frame = 0; frame < listing.Count; frame++)
                {
                    sources.Add((source, at + frame));
                }
            }
        }
    }

    private static bool IsImage(string file) => s_images.Contains(Path.GetExtension(file).ToLowerInvariant());

    private static byte[] Crop(ReadOnlySpan<byte> pixels, int pictureHeight, int pictureWidth, int height, int width, SeededRandom random)
    {
        var picture = new Image(pictureWidth, pictureHeight, 1);
        pixels.CopyTo(picture.Pixels);
        var (cut, left) = Rectangle(pictureHeight, pictureWidth, height, width);
        var crop = new Image(width, height, 1);
        Imaging.ResizeArea(picture.Crop(random.Below(left.Width + 1), random.Below(left.Height + 1), cut.Width, cut.Height), crop);
        return crop.Pixels.ToArray();
    }

    // The largest rectangle of the network's aspect in a picture, and how far it can move.
    private static ((int Height, int Width) Cut, (int Height, int Width) Left) Rectangle(int pictureHeight, int pictureWidth, int height, int width)
    {
        var scale = Math.Min((double)pictureHeight / height, (double)pictureWidth / width);
        var cut = (Height: Math.Clamp((int)Math.Round(scale * height), 1, pictureHeight), Width: Math.Clamp((int)Math.Round(scale * width), 1, pictureWidth));
        return (cut, (pictureHeight - cut.Height, pictureWidth - cut.Width));
    }
}
