namespace LoopRig.Native.OpenCv;

/// <summary>Outlines of the non-zero regions of a grey image, in buffers that are kept from frame to frame and grow when a frame needs more.</summary>
public sealed class ContourFinder
{
    private int[] _points = new int[2 * 4096];
    private int[] _starts = new int[256];

    /// <summary>Outlines found by the last <see cref="Find"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Finds the outlines: of the regions' outer borders only, or of their holes too.</summary>
    public unsafe void Find(ImageView image, bool outerOnly)
    {
        while (true)
        {
            int status, points, contours;
            fixed (int* p = _points, s = _starts)
            {
                status = OpenCvNative.Contours(image.ToNative(), outerOnly ? 1 : 0, p, _points.Length / 2, s, _starts.Length, out points, out contours);
            }

            GC.KeepAlive(image.Image);
            if (status == OpenCvNative.TooSmall)
            {
                if (2 * points > _points.Length) _points = new int[4 * points];
                if (contours + 1 > _starts.Length) _starts = new int[2 * (contours + 1)];
                continue;
            }

            OpenCvNative.Check(status, "contours");
            Count = contours;
            return;
        }
    }

    /// <summary>One outline: x and y in turn, px in the view that was searched; valid until the next <see cref="Find"/>.</summary>
    public ReadOnlySpan<int> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _points.AsSpan(2 * _starts[index], 2 * (_starts[index + 1] - _starts[index]));
        }
    }
}
