using LoopRig.Core;

namespace LoopRig.Native.OpenCv;

/// <summary>
/// OpenCV's image operations on the caller's images. Each writes into a destination of the right size and allocates no managed memory; a failure
/// is a <see cref="DeviceException"/> with OpenCV's message.
/// </summary>
public static unsafe class Imaging
{
    /// <summary>Threads of OpenCV itself, for the whole process; 1 unless set here.</summary>
    public static void SetThreads(int count) => OpenCvNative.Check(OpenCvNative.SetThreads(count), "threads");

    /// <summary>Luminance (0.299 R + 0.587 G + 0.114 B); a grey source is copied.</summary>
    public static void Grey(ImageView source, ImageView destination)
    {
        OpenCvNative.Check(OpenCvNative.Grey(source.ToNative(), destination.ToNative()), "grey");
        KeepAlive(source, destination);
    }

    /// <summary>Packed 4:2:2 (Y U Y V) to colour, or to grey: then the luma as the camera gives it.</summary>
    /// <param name="bytes">rows of the destination's height, <paramref name="stride"/> bytes apart</param>
    /// <param name="stride">bytes from a row to the next, at least twice the width</param>
    /// <param name="destination">takes the picture</param>
    public static void Yuyv(ReadOnlySpan<byte> bytes, int stride, Image destination)
    {
        if (stride < 2 * destination.Width || (long)stride * (destination.Height - 1) + (2 * destination.Width) > bytes.Length)
            throw new ArgumentException($"{bytes.Length} bytes with rows of {stride} are no picture of {destination.Width}x{destination.Height}", nameof(bytes));
        fixed (byte* at = bytes)
        {
            OpenCvNative.Check(OpenCvNative.Yuyv(at, stride, ((ImageView)destination).ToNative()), "yuyv");
        }

        GC.KeepAlive(destination);
    }

    /// <summary>Resizes to the destination's size; each pixel is the mean of the area that it covers.</summary>
    public static void ResizeArea(ImageView source, ImageView destination)
    {
        OpenCvNative.Check(OpenCvNative.ResizeArea(source.ToNative(), destination.ToNative()), "resize");
        KeepAlive(source, destination);
    }

    /// <summary>Mirrors: left to right, top to bottom, or both.</summary>
    public static void Flip(ImageView source, ImageView destination, bool leftRight, bool upDown)
    {
        if (!leftRight && !upDown)
        {
            source.CopyInto(destination);
            return;
        }

        int axes = leftRight ? upDown ? -1 : 1 : 0;
        OpenCvNative.Check(OpenCvNative.Flip(source.ToNative(), destination.ToNative(), axes), "flip");
        KeepAlive(source, destination);
    }

    /// <summary>Turns clockwise by 1, 2 or 3 quarters; the destination's sides swap for 1 and 3.</summary>
    public static void Rotate(ImageView source, ImageView destination, int quarterTurns)
    {
        OpenCvNative.Check(OpenCvNative.Rotate(source.ToNative(), destination.ToNative(), quarterTurns), "rotate");
        KeepAlive(source, destination);
    }

    /// <summary>255 where a pixel is above the level, else 0; <paramref name="inverse"/> the other way round.</summary>
    public static void Threshold(ImageView source, ImageView destination, int level, bool inverse)
    {
        OpenCvNative.Check(OpenCvNative.Threshold(source.ToNative(), destination.ToNative(), level, inverse ? 1 : 0), "threshold");
        KeepAlive(source, destination);
    }

    /// <summary>Erodes, dilates, opens or closes: light regions shrink, grow, lose what is thinner, or gaps narrower than the element.</summary>
    /// <param name="source">the pixels</param>
    /// <param name="destination">takes the result, of the same size and channels</param>
    /// <param name="operation">which</param>
    /// <param name="size">the element's width, px, odd</param>
    /// <param name="round">the element is a disc; else a square, which is faster where it is large</param>
    public static void Morphology(ImageView source, ImageView destination, Morphology operation, int size, bool round)
    {
        OpenCvNative.Check(OpenCvNative.Morphology(source.ToNative(), destination.ToNative(), (int)operation, size, round ? 1 : 0), "morphology");
        KeepAlive(source, destination);
    }

    /// <summary>Destination pixel (x, y) is the source at M (x, y, 1); outside the source it is <paramref name="border"/>.</summary>
    /// <param name="source">the pixels</param>
    /// <param name="destination">takes the result, any size</param>
    /// <param name="matrix">M, 2x3 row by row: from destination to source coordinates, px</param>
    /// <param name="linear">interpolates between pixels; else takes the nearest</param>
    /// <param name="border">the value outside, 0 to 255</param>
    public static void WarpAffine(ImageView source, ImageView destination, ReadOnlySpan<double> matrix, bool linear, byte border)
    {
        if (matrix.Length != 6) throw new ArgumentException("the matrix is 2x3", nameof(matrix));
        fixed (double* m = matrix)
        {
            OpenCvNative.Check(OpenCvNative.WarpAffine(source.ToNative(), destination.ToNative(), m, linear ? 1 : 0, border), "warp");
        }

        KeepAlive(source, destination);
    }

    /// <summary>Destination pixel i is the source at (mapX[i], mapY[i]), px; outside the source it is <paramref name="border"/>.</summary>
    public static void Remap(ImageView source, ImageView destination, ReadOnlySpan<float> mapX, ReadOnlySpan<float> mapY, bool linear, byte border)
    {
        int pixels = destination.Width * destination.Height;
        if (mapX.Length != pixels || mapY.Length != pixels) throw new ArgumentException($"the maps need one value for each of the destination's {pixels} pixels");
        fixed (float* x = mapX, y = mapY)
        {
            OpenCvNative.Check(OpenCvNative.Remap(source.ToNative(), destination.ToNative(), x, y, linear ? 1 : 0, border), "remap");
        }

        KeepAlive(source, destination);
    }

    /// <summary>The ellipse nearest to at least 5 points (least squares); false when they do not determine one.</summary>
    /// <param name="points">x and y in turn, px</param>
    /// <param name="ellipse">the fit</param>
    public static bool TryFitEllipse(ReadOnlySpan<float> points, out Ellipse ellipse)
    {
        fixed (float* at = points)
        {
            int status = OpenCvNative.FitEllipse(at, points.Length / 2, out ellipse);
            return status == OpenCvNative.Ok && double.IsFinite(ellipse.CentreX + ellipse.CentreY + ellipse.Width + ellipse.Height);
        }
    }

    /// <summary>Reads an image file (png, jpg and what else OpenCV knows).</summary>
    /// <exception cref="DataFileException">There is no such file, or it is no image.</exception>
    public static Image Read(string path, bool grey = false)
    {
        if (!File.Exists(path)) throw new DataFileException(path, "no such file");
        if (OpenCvNative.ImageOpen(path, grey ? 1 : 0, out nint file, out NativeImage pixels) != OpenCvNative.Ok)
            throw new DataFileException(path, OpenCvNative.ErrorText());
        return Take(file, pixels);
    }

    /// <summary>
    /// Decodes the bytes of an image file (png, jpg and what else OpenCV knows). What is damaged inside may come out grey: a camera's pictures are for
    /// <see cref="JpegDecoder"/>, which notices, while this spreads the colour planes of a JPEG as libjpeg does.
    /// </summary>
    /// <exception cref="DeviceException">The bytes are no image.</exception>
    public static Image Decode(ReadOnlySpan<byte> bytes, bool grey = false)
    {
        fixed (byte* at = bytes)
        {
            OpenCvNative.Check(OpenCvNative.ImageDecode(at, bytes.Length, grey ? 1 : 0, out nint file, out NativeImage pixels), "image");
            return Take(file, pixels);
        }
    }

    /// <summary>Writes an image file; the name's ending chooses the format (.png, .jpg).</summary>
    /// <exception cref="DataFileException">The file cannot be written, or the ending is unknown.</exception>
    public static void Write(string path, ImageView image)
    {
        if (OpenCvNative.ImageWrite(path, image.ToNative()) != OpenCvNative.Ok) throw new DataFileException(path, OpenCvNative.ErrorText());
        GC.KeepAlive(image.Image);
    }

    private static Image Take(nint file, in NativeImage pixels)
    {
        try
        {
            Image image = new(pixels.Width, pixels.Height, pixels.Channels);
            for (int y = 0; y < image.Height; y++) new ReadOnlySpan<byte>(pixels.Data + ((nint)y * pixels.Stride), image.Stride).CopyTo(image.Row(y));
            return image;
        }
        finally
        {
            _ = OpenCvNative.ImageClose(file);
        }
    }

    private static void KeepAlive(ImageView source, ImageView destination)
    {
        GC.KeepAlive(source.Image);
        GC.KeepAlive(destination.Image);
    }
}
