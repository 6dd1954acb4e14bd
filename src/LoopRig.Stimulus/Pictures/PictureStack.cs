using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;

namespace LoopRig.Stimulus.Pictures;

/// <summary>Grey pictures of one size in memory, ready to be shown.</summary>
public sealed class PictureStack
{
    private const long MostBytes = 1L << 30;

    private readonly byte[] _pixels;

    private PictureStack(byte[] pixels, int count, int height, int width) => (_pixels, Count, Height, Width) = (pixels, count, height, width);

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>Rows of each.</summary>
    public int Height { get; }

    /// <summary>Columns of each.</summary>
    public int Width { get; }

    /// <summary>The pixels of one, (Height, Width).</summary>
    public ReadOnlySpan<byte> Picture(int index) => _pixels.AsSpan(index * Height * Width, Height * Width);

    /// <summary>Loads or computes pictures.</summary>
    /// <exception cref="DataFileException">The file is absent, damaged or too large.</exception>
    public static PictureStack Load(PictureSource source, CancellationToken stop) => source switch
    {
        ImageFileSource image => Of(Imaging.Read(image.Path, grey: true)),
        ZipEntrySource entry => Of(ZipPictures.Read(entry.Path, entry.Entry)),
        ArraySource array => LoadArray(array.Path),
        VideoSource video => LoadVideo(video.Path, stop),
        Monet2Source monet => Compute(monet, stop),
        SparseNoiseSource noise => Compute(noise),
        _ => throw new LoopRigException($"there is no way to load {source.GetType().Name}"),
    };

    private static PictureStack Of(Image image) => new([.. image.Pixels], 1, image.Height, image.Width);

    private static PictureStack LoadArray(string path)
    {
        using var file = new NpyFile(path);
        var (count, height, width) = PictureFiles.Measure(file);
        var pixels = Allocate(path, count, height, width);
        if (file.DType == DType.U8 && !file.IsFortranOrder)
        {
            file.Data.CopyTo(pixels);
            return new PictureStack(pixels, count, height, width);
        }
        var row = new double[file.RowLength];
        var scale = file.DType == DType.U8 ? 1 : 255;
        for (var r = 0; r < file.Rows; r++)
        {
            file.ReadRow(r, row);
            for (var i = 0; i < row.Length; i++)
            {
                // Half a step beyond is rounding; more is another unit.
                if (!(row[i] * scale is > -0.5 and < 255.5))
                {
                    throw new DataFileException(path, FormattableString.Invariant($"picture {r} holds {row[i]}; pixels are uint8, or numbers from 0 black to 1 white"));
                }
                pixels[(long)r * row.Length + i] = (byte)Math.Round(row[i] * scale);
            }
        }
        return new PictureStack(pixels, count, height, width);
    }

    private static PictureStack LoadVideo(string path, CancellationToken stop)
    {
        using var video = new VideoFile(path);
        var frame = new Image(video.Width, video.Height, video.Channels);
        var grey = new Image(video.Width, video.Height, 1);
        var size = video.Width * video.Height;
        var pixels = Allocate(path, (int)Math.Max(1, video.FrameCount), video.Height, video.Width);
        var count = 0;
        while (video.TryRead(frame, out _))
        {
            stop.ThrowIfCancellationRequested();
            if ((count + 1) * (long)size > pixels.Length)
            {
                var larger = Allocate(path, count + Math.Max(16, count / 2), video.Height, video.Width); // the container said less
                pixels.CopyTo(larger, 0);
                pixels = larger;
            }
            if (video.Channels == 1)
            {
                grey = frame;
            }
            else
            {
                Imaging.Grey(frame, grey);
            }
            grey.Pixels.CopyTo(pixels.AsSpan(count++ * size));
        }
        return count > 0 ? new PictureStack(pixels, count, video.Height, video.Width) : throw new DataFileException(path, "holds no picture that can be decoded");
    }

    private static PictureStack Compute(Monet2Source source, CancellationToken stop)
    {
        var noise = new Monet2(source.Settings, source.Seed);
        var size = noise.Rows * noise.Columns;
        var pixels = Allocate("directional noise", source.Settings.Frames, noise.Rows, noise.Columns);
        for (var i = 0; i < source.Settings.Frames; i++)
        {
            stop.ThrowIfCancellationRequested();
            noise.NextInto(pixels.AsSpan(i * size, size));
        }
        return new PictureStack(pixels, source.Settings.Frames, noise.Rows, noise.Columns);
    }

    private static PictureStack Compute(SparseNoiseSource source)
    {
        var noise = new SparseNoise(source);
        var size = source.Rows * source.Columns;
        var pixels = Allocate("sparse noise", source.Count, source.Rows, source.Columns);
        for (var i = 0; i < source.Count; i++)
        {
            noise.NextInto(pixels.AsSpan(i * size, size));
        }
        return new PictureStack(pixels, source.Count, source.Rows, source.Columns);
    }

    private static byte[] Allocate(string what, int count, int height, int width)
    {
        var bytes = (long)count * height * width;
        return bytes <= MostBytes
            ? new byte[bytes]
            : throw new DataFileException(what, $"{count} pictures of {width} x {height} px take {bytes >> 20} MiB; {MostBytes >> 20} MiB are shown from memory: make them smaller or fewer");
    }
}
