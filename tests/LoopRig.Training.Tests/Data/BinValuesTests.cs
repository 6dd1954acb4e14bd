using LoopRig.Core;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class BinValuesTests
{
    [Fact]
    public void MappedRows_BeyondTwoGigabytes_ReadTheRightFrames()
    {
        // A hole on disk: 5 GB that take no room but for two frames.
        const int Frames = 140_000, Length = 36 * 1024;
        using var folder = new TempFolder();
        byte[] frame = [.. Enumerable.Range(0, Length).Select(static at => (byte)(at * 7))];
        using (var file = new FileStream(folder.Of("film.npy"), FileMode.Create))
        {
            byte[] header = NpyHeaderOf(Frames, Length);
            file.Write(header);
            file.SetLength(header.Length + (long)Frames * Length);
            file.Position = header.Length + (long)(Frames - 2) * Length;
            file.Write(frame);
        }
        using var rows = new MappedRows([new MappedPiece(new NpyFile(folder.Of("film.npy")), 0, Frames)], Length);
        long before = Environment.WorkingSet;
        var two = new float[2 * Length];
        rows.Read(Frames - 2, two);
        Assert.Equal(frame.Select(static value => (float)value), two[..Length]);
        Assert.All(two[Length..], static value => Assert.Equal(0, value));
        Assert.True(Environment.WorkingSet - before < 1L << 29);
    }

    [Fact]
    public void MappedRows_AcrossPieces_ReadOnInTheNext()
    {
        using var folder = new TempFolder();
        folder.Write([1f, 2, 3, 4, 5, 6], [3, 2], "a.npy");
        folder.Write([10.0, 20, 30, 40, 50, 60], [2, 3], "b.npy");       // two values a bin, time last
        using var rows = new MappedRows([new MappedPiece(new NpyFile(folder.Of("a.npy")), 0, 3), new MappedPiece(new NpyFile(folder.Of("b.npy")), 3, 2, TimeLast: true, Scale: 0.5f, Offset: 1)], 2);
        var values = new float[8];
        rows.Read(1, values);
        Assert.Equal([3, 4, 5, 6, 6, 21, 11, 26], values);
    }

    [Fact]
    public void MappedRows_OfAFileThatIsCutShort_AreRefused()
    {
        using var folder = new TempFolder();
        folder.Write(new float[60], [10, 6], "a.npy");
        using (FileStream file = File.OpenWrite(folder.Of("a.npy")))
            file.SetLength(file.Length - 4);
        Assert.Contains("cut short", Assert.Throws<DataFileException>(() => new NpyFile(folder.Of("a.npy"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Widening_OfHalvesAndBytes_IsExact(int length)
    {
        var random = new Random(length);
        Half[] halves = [.. Enumerable.Range(0, length).Select(_ => (Half)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-24, 16))))];
        halves[0] = Half.Epsilon;
        var values = new float[length];
        Widening.FiniteHalves(halves, values);
        Assert.Equal(halves.Select(static half => (float)half), values);
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        Widening.Bytes(bytes, values, 1f / 255);
        Assert.Equal(bytes.Select(static value => value * (1f / 255)), values);
    }

    [Fact]
    public void NpyWriter_RowByRow_WritesWhatNumpyReads()
    {
        using var folder = new TempFolder();
        using (var writer = new NpyWriter<float>(folder.Of("rows.npy"), temporary: false, 2, 3))
        {
            writer.Append([1, 2, 3, 4, 5, 6]);
            writer.Append([7, 8, 9, 10, 11, 12]);
        }
        using (var file = new NpyFile(folder.Of("rows.npy")))
        {
            Assert.Equal([2, 2, 3], file.Shape);
            Assert.Equal(Enumerable.Range(1, 12).Select(static value => (float)value), file.ReadSingles());
        }
        Assert.SkipUnless(Python.IsAvailable, "python3 with numpy is absent");
        (int code, byte[] output) = Python.Run("import sys, numpy as np; a = np.load(sys.argv[1]); print(a.shape, a.dtype, a.sum())", [folder.Of("rows.npy")]);
        Assert.Equal((0, "(2, 2, 3) float32 78.0"), (code, System.Text.Encoding.ASCII.GetString(output).Trim()));
    }

    private static byte[] NpyHeaderOf(int frames, int length)
    {
        string text = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({frames}, {length}), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(text)];
    }
}
