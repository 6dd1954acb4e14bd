using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;

namespace LoopRig.Stimulus.Pictures;

/// <summary>Looks into picture files with OpenCV and FFmpeg.</summary>
public sealed class PictureFiles : IPictureFiles
{
    private static readonly string[] s_images = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".pgm"];

    /// <inheritdoc/>
    public PictureListing List(string path)
    {
        if (Directory.Exists(path))
        {
            var files = Directory.EnumerateFiles(path).Where(IsImage).Order(StringComparer.Ordinal).ToArray();
            return files.Length == 0 ? throw new DataFileException(path, "holds no image") : Images(files.Select(f => (Path.GetFileName(f), (PictureSource)new ImageFileSource(f), 0)));
        }
        if (!File.Exists(path))
        {
            throw new DataFileException(path, "no such file or folder");
        }
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" => Array(path),
            ".zip" => Zip(path),
            _ when IsImage(path) => Images([(Path.GetFileName(path), new ImageFileSource(path), 0)]),
            _ => Video(path),
        };
    }

    internal static bool IsImage(string name) => s_images.Contains(Path.GetExtension(name).ToLowerInvariant());

    // Pictures (N, H, W), or movies (N, T, H, W) as N T pictures.
    internal static (int Count, int Height, int Width) Measure(NpyFile file) => file.Shape switch
    {
        [var n, var h, var w] when n > 0 && h > 0 && w > 0 => (n, h, w),
        [var n, var t, var h, var w] when n > 0 && t > 0 && h > 0 && w > 0 => (n * t, h, w),
        _ => throw new DataFileException(file.Path, $"has the shape ({string.Join(", ", file.Shape)}); pictures (N, H, W) or movies (N, T, H, W) belong here"),
    };

    private static PictureListing Array(string path)
    {
        using var file = new NpyFile(path);
        var (count, height, width) = Measure(file);
        var source = new ArraySource(path);
        var each = file.Shape.Length == 4 ? file.Shape[1] : 1;
        return new PictureListing([.. Enumerable.Range(0, count / each).Select(i => (FormattableString.Invariant($"{Path.GetFileName(path)}[{i}]"), (PictureSource)source, i * each))], each, height, width, 0);
    }

    private static PictureListing Zip(string path)
    {
        var names = ZipPictures.List(path);
        if (names.Length == 0)
        {
            throw new DataFileException(path, "holds no image");
        }
        return Images(names.Select(n => (n, (PictureSource)new ZipEntrySource(path, n), 0)));
    }

    private static PictureListing Images(IEnumerable<(string Name, PictureSource Source, int First)> sources)
    {
        var all = sources.ToArray();
        var first = PictureStack.Load(all[0].Source, CancellationToken.None);
        return new PictureListing(all, 1, first.Height, first.Width, 0);
    }

    private static PictureListing Video(string path)
    {
        using var video = new VideoFile(path);
        if (video.FrameCount < 1)
        {
            throw new DataFileException(path, "does not say how many pictures it holds; make a .npy or another container of it");
        }
        return new PictureListing([(Path.GetFileName(path), new VideoSource(path), 0)], (int)video.FrameCount, video.Height, video.Width, video.RateHz);
    }
}
