using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Simulation.World;

namespace LoopRig.Rig.Inception;

/// <summary>
/// Natural images of a frame's size, (height, width) from 0 black to 1 white: crops of photographs, or drawn scenes with the statistics of natural images (equal contrast in every
/// octave, edges by occlusion). Each has the screen's gray as its mean and a contrast of its own. No photograph gives images to two groups.
/// </summary>
internal sealed class NaturalImages
{
    // Standard deviations of pixels between which an image's contrast is drawn, evenly in its logarithm: the network is to know what contrast does.
    private const double LeastContrast = 0.06;
    private const double MostContrast = 0.24;
    private const int Surfaces = 48;
    private const int SurfaceTexels = 256;
    private const double LeastTexelsPerPixel = 1;
    private const double MostTexelsPerPixel = 3;

    private readonly int _height, _width;
    private readonly SeededRandom _random;

    private NaturalImages(int height, int width, SeededRandom random) => (_height, _width, _random) = (height, width, random);

    /// <summary>The images, group by group.</summary>
    public float[][][] Groups { get; private set; } = [];

    /// <summary>Where they come from.</summary>
    public string Source { get; private set; } = "";

    /// <summary>Makes groups of images.</summary>
    /// <param name="path">An image, a folder or zip of images, a folder of zips, or a .npy (N, H, W); null: drawn scenes.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="counts">Images of each group.</param>
    /// <param name="seed">Of every choice.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="DataFileException">A picture file is absent or damaged, or there are too few.</exception>
    public static NaturalImages Make(string? path, int height, int width, int[] counts, ulong seed, CancellationToken stop)
    {
        var images = new NaturalImages(height, width, new SeededRandom(seed, "natural images"));
        images.Fill(path, counts, stop);
        return images;
    }

    private void Fill(string? path, int[] counts, CancellationToken stop)
    {
        if (path is null)
        {
            Source = "drawn scenes with the statistics of natural images";
            // Each group has surfaces of its own.
            Groups =
            [
                .. counts.Select(count =>
                {
                    var surfaces = DrawSurfaces();
                    return Enumerable.Range(0, count).Select(_ => Finish(DrawScene(surfaces))).ToArray();
                }),
            ];
            return;
        }
        var total = counts.Sum();
        using var photographs = new Photographs(path);
        // As many as are needed, in random order; one that a collection holds twice counts once: it must not be in two groups.
        int[] chosen = [.. Order(photographs.Count).DistinctBy(i => photographs.Identity(i, stop)).Take(total)];
        if (chosen.Length < counts.Length)
        {
            throw new DataFileException(path, $"holds {chosen.Length} different image(s); at least {counts.Length} are needed");
        }
        Source = $"{chosen.Length} of {photographs.Count} photographs of {Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}";
        // Shares of the photographs in proportion to the images, at least one a group.
        var first = 0;
        Groups = new float[counts.Length][][];
        for (var group = 0; group < counts.Length; group++)
        {
            var last = group == counts.Length - 1 ? chosen.Length : Math.Min(chosen.Length - (counts.Length - 1 - group), first + Math.Max(1, (int)((long)chosen.Length * counts[group] / total)));
            Groups[group] = new float[counts[group]][];
            for (var photograph = first; photograph < last && photograph - first < counts[group]; photograph++)
            {
                var picture = photographs.Read(chosen[photograph], stop);
                for (var i = photograph - first; i < counts[group]; i += last - first)
                {
                    Groups[group][i] = Finish(Crop(picture));
                }
            }
            first = last;
        }
    }

    // The largest crop of the frame's shape, at a random place, half of them mirrored.
    private float[] Crop(Image picture)
    {
        var scale = Math.Min((double)picture.Width / _width, (double)picture.Height / _height);
        var (width, height) = (Math.Max(1, (int)(scale * _width)), Math.Max(1, (int)(scale * _height)));
        var view = picture.Crop(_random.Below(picture.Width - width + 1), _random.Below(picture.Height - height + 1), width, height);
        var small = new Image(_width, _height, 1);
        Imaging.ResizeArea(view, small);
        var pixels = new float[_width * _height];
        var mirrored = _random.Uniform() < 0.5;
        for (var at = 0; at < pixels.Length; at++)
        {
            var column = at % _width;
            pixels[at] = small.Row(at / _width)[mirrored ? _width - 1 - column : column] / 255f;
        }
        return pixels;
    }

    // A window of one of the surfaces, from so far away that a pixel averages some texels.
    private float[] DrawScene(Texture[] surfaces)
    {
        var surface = surfaces[_random.Below(surfaces.Length)];
        var texels = (float)_random.Uniform(LeastTexelsPerPixel, MostTexelsPerPixel);
        var (left, top) = ((float)_random.Uniform(0, surface.Width), (float)_random.Uniform(0, surface.Height));
        var pixels = new float[_width * _height];
        for (var at = 0; at < pixels.Length; at++)
        {
            pixels[at] = surface.Sample(left + texels * (at % _width), top + texels * (at / _width), texels);
        }
        return pixels;
    }

    private Texture[] DrawSurfaces() =>
    [
        .. Enumerable.Range(0, Surfaces).Select(_ =>
        {
            var style = _random.Uniform() switch { < 0.6 => TextureStyle.Leaves, < 0.75 => TextureStyle.Cloud, < 0.92 => TextureStyle.Grain, _ => TextureStyle.Stripes };
            return TextureSynthesis.Draw(_random, style, SurfaceTexels, SurfaceTexels, 0.5, 0.4, _random.Uniform(0, Math.PI));
        }),
    ];

    private float[] Finish(float[] image) => ImageContrast.Match(image, LeastContrast * Math.Pow(MostContrast / LeastContrast, _random.Uniform()));

    private int[] Order(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = _random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
