using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace LoopRig.Core.Tests.Formats;

public sealed class NpyFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"looprig-{Guid.NewGuid():N}.npy");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Write_ThenRead_GivesTheArrayBack()
    {
        NpyFile.Write<float>(_path, [1, 2, 3, 4, 5, 6], 2, 3);
        using NpyFile file = new(_path);
        Assert.Equal((DType.F32, false, 6, 2, 3), (file.DType, file.IsFortranOrder, file.Count, file.Rows, file.RowLength));
        Assert.Equal([2, 3], file.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.ReadSingles());
        double[] row = new double[3];
        file.ReadRow(1, row);
        Assert.Equal([4.0, 5, 6], row);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadRow(2, row));
        Assert.Equal(0, new FileInfo(_path).Length % 8);
    }

    [Theory]
    [InlineData("|b1", 1, 1)]
    [InlineData("|u1", 1, 200)]
    [InlineData("|i1", 1, -3)]
    [InlineData("<u2", 2, 60000)]
    [InlineData("<i2", 2, -300)]
    [InlineData("<u4", 4, 4e9)]
    [InlineData("<i4", 4, -70000)]
    [InlineData("<i8", 8, 1e15)]
    [InlineData("<f2", 2, 0.5)]
    [InlineData("<f4", 4, -0.25)]
    [InlineData("<f8", 8, 1e-300)]
    public void Read_EveryElementType(string code, int size, double value)
    {
        byte[] data = new byte[size];
        switch (code)
        {
            case "<f8": BinaryPrimitives.WriteDoubleLittleEndian(data, value); break;
            case "<f4": BinaryPrimitives.WriteSingleLittleEndian(data, (float)value); break;
            case "<f2": BinaryPrimitives.WriteHalfLittleEndian(data, (Half)value); break;
            default:
                byte[] wide = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(wide, (long)value);
                wide.AsSpan(0, size).CopyTo(data);
                break;
        }

        WriteRaw($"{{'descr': '{code}', 'fortran_order': False, 'shape': (1,), }}", data);
        using NpyFile file = new(_path);
        Assert.Equal([value], file.ReadDoubles());
    }

    [Fact]
    public void Read_FortranOrder_IsTransposedIntoC()
    {
        byte[] data = [1, 4, 2, 5, 3, 6];
        WriteRaw("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", data);
        using NpyFile file = new(_path);
        Assert.Equal([1f, 2, 3, 4, 5, 6], file.ReadSingles());
        Assert.Equal(data, file.Data);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_LaterVersions(byte version)
    {
        WriteRaw("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", [7], version);
        using NpyFile file = new(_path);
        Assert.Equal([7.0], file.ReadDoubles());
        Assert.Empty(file.Shape);
    }

    [Fact]
    public void Read_NoElements_IsEmpty()
    {
        NpyFile.Write<double>(_path, [], 0, 4);
        using NpyFile file = new(_path);
        Assert.Equal((0, 0, 0), (file.Count, file.Rows, file.RowLength));
        Assert.Empty(file.ReadSingles());
    }

    [Fact]
    public void Open_Truncated_SaysHowMuchIsMissing()
    {
        NpyFile.Write<double>(_path, new double[100], 50, 2);
        byte[] whole = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, whole[..^8]);
        string message = Assert.Throws<DataFileException>(() => new NpyFile(_path)).Message;
        Assert.Contains(_path, message);
        Assert.Contains("792 bytes", message);
        Assert.Contains("800", message);
        File.WriteAllBytes(_path, whole[..40]);
        Assert.Contains("inside its header", Assert.Throws<DataFileException>(() => new NpyFile(_path)).Message);
    }

    [Theory]
    [InlineData("{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }", "'>f8'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "'|O'")]
    [InlineData("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", "plain array")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }", "shape")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000), }", "shape")]
    [InlineData("nonsense", "plain array")]
    public void Open_WhatIsNotRead_SaysWhy(string header, string expected)
    {
        WriteRaw(header, new byte[8]);
        Assert.Contains(expected, Assert.Throws<DataFileException>(() => new NpyFile(_path)).Message);
    }

    [Fact]
    public void Open_NoFileOrAnotherFormat_SaysSo()
    {
        Assert.Contains("/nowhere/a.npy: no such file", Assert.Throws<DataFileException>(() => new NpyFile("/nowhere/a.npy")).Message);
        File.WriteAllText(_path, "time,value\n0,1\n");
        Assert.Contains("not a NumPy file", Assert.Throws<DataFileException>(() => new NpyFile(_path)).Message);
        File.WriteAllText(_path, "");
        Assert.Contains("not a NumPy file", Assert.Throws<DataFileException>(() => new NpyFile(_path)).Message);
    }

    [Fact]
    public void Write_WrongCount_Throws() => Assert.Throws<ArgumentException>(() => NpyFile.Write<int>(_path, [1, 2, 3], 2, 2));

    private void WriteRaw(string header, byte[] data, byte version = 1)
    {
        using FileStream stream = File.Create(_path);
        stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', version, 0]);
        byte[] length = new byte[version == 1 ? 2 : 4];
        length[0] = (byte)(header.Length + 1);
        stream.Write(length);
        stream.Write(Encoding.ASCII.GetBytes(header + "\n"));
        stream.Write(data);
    }
}
