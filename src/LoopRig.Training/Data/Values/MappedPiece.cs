using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Bins that follow each other in one NumPy file, mapped into memory.</summary>
/// <param name="File">The array: (bins, ...), or (..., bins).</param>
/// <param name="First">The number of its first bin in the whole.</param>
/// <param name="Bins">How many of its bins are taken, from the first on.</param>
/// <param name="TimeLast">Time is the array's last dimension, not its first.</param>
/// <param name="Scale">Values are multiplied by this,</param>
/// <param name="Offset">and this is added.</param>
internal sealed record MappedPiece(NpyFile File, int First, int Bins, bool TimeLast = false, float Scale = 1, float Offset = 0)
{
    /// <summary>Bins in the file, taken or not.</summary>
    public int FileBins { get; } = TimeLast ? File.Shape[^1] : File.Rows;

    /// <summary>Refuses an array whose elements do not lie in the order that is read.</summary>
    /// <exception cref="DataFileException">It is in Fortran order.</exception>
    public static NpyFile InOrder(NpyFile file)
        => file.IsFortranOrder && file.Shape.Length > 1
            ? throw new DataFileException(file.Path, "is in Fortran order, and frames are read from the file in C order as they are needed; save it again with numpy.ascontiguousarray")
            : file;
}
