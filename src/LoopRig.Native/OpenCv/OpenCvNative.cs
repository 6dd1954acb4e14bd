using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using LoopRig.Core;

namespace LoopRig.Native.OpenCv;

/// <summary>The shim's functions (native/opencv/lrcv.h), one to one.</summary>
internal static unsafe partial class OpenCvNative
{
    internal const int Ok = 0;
    internal const int TooSmall = 2;
    internal const int End = 3;
    internal const int OtherSize = 4;
    internal const int Damaged = 5;
    internal const long NoTime = long.MinValue;

    static OpenCvNative() => NativeLoader.Register();

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_last_error")]
    internal static partial int LastError(byte* text, int capacity);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_set_threads")]
    internal static partial int SetThreads(int count);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_video_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int VideoOpen(string uri, out nint video, out NativeVideoInfo info);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_video_get_traits")]
    internal static partial int VideoGetTraits(VideoHandle video, out NativeVideoTraits traits);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_video_read")]
    internal static partial int VideoRead(VideoHandle video, in NativeImage frame, out long timeNs, out long undecodable);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_video_interrupt")]
    internal static partial int VideoInterrupt(VideoHandle video);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_video_close")]
    internal static partial int VideoClose(nint video);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_writer_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int WriterOpen(string path, int width, int height, int channels, double rateHz, int fieldOrder, out nint writer);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_writer_write")]
    internal static partial int WriterWrite(nint writer, in NativeImage frame, long timeNs);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_writer_close")]
    internal static partial int WriterClose(nint writer);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_jpeg_open")]
    internal static partial int JpegOpen(out nint decoder);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_jpeg_decode")]
    internal static partial int JpegDecode(JpegHandle decoder, byte* data, int length, in NativeImage destination, out int width, out int height);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_jpeg_close")]
    internal static partial int JpegClose(nint decoder);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_yuyv")]
    internal static partial int Yuyv(byte* data, int stride, in NativeImage destination);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_image_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ImageOpen(string path, int grey, out nint file, out NativeImage pixels);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_image_decode")]
    internal static partial int ImageDecode(byte* bytes, int length, int grey, out nint file, out NativeImage pixels);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_image_close")]
    internal static partial int ImageClose(nint file);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_image_write", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ImageWrite(string path, in NativeImage source);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_grey")]
    internal static partial int Grey(in NativeImage source, in NativeImage destination);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_resize_area")]
    internal static partial int ResizeArea(in NativeImage source, in NativeImage destination);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_flip")]
    internal static partial int Flip(in NativeImage source, in NativeImage destination, int axes);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_rotate")]
    internal static partial int Rotate(in NativeImage source, in NativeImage destination, int quarterTurns);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_threshold")]
    internal static partial int Threshold(in NativeImage source, in NativeImage destination, int level, int inverse);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_morphology")]
    internal static partial int Morphology(in NativeImage source, in NativeImage destination, int operation, int size, int round);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_warp_affine")]
    internal static partial int WarpAffine(in NativeImage source, in NativeImage destination, double* destinationToSource, int linear, int border);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_remap")]
    internal static partial int Remap(in NativeImage source, in NativeImage destination, float* mapX, float* mapY, int linear, int border);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_contours")]
    internal static partial int Contours(
        in NativeImage source, int outerOnly, int* points, int pointCapacity, int* starts, int contourCapacity, out int pointCount, out int contourCount);

    [LibraryImport(NativeLoader.OpenCv, EntryPoint = "lrcv_fit_ellipse")]
    internal static partial int FitEllipse(float* points, int count, out Ellipse ellipse);

    /// <summary>The message of the call that has just failed on this thread.</summary>
    internal static string ErrorText()
    {
        Span<byte> text = stackalloc byte[1024];
        fixed (byte* at = text)
        {
            int length = LastError(at, text.Length);
            return Encoding.UTF8.GetString(text[..Math.Min(length, text.Length - 1)]);
        }
    }

    /// <summary>Throws when an image operation failed.</summary>
    internal static void Check(int status, string operation)
    {
        if (status != Ok) Throw(operation);
    }

    [DoesNotReturn]
    private static void Throw(string operation) => throw new DeviceException($"OpenCV {operation}", ErrorText());
}
