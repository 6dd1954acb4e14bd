using System.Buffers.Binary;
using System.Text;
using LoopRig.Core;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Torch.Tests.Formats;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_GoldenFile_HasTheDeclaredArraysAndMetadata()
    {
        using SafetensorsFile file = SafetensorsFile.Open(TestFolder.Shared("golden/xu_gru3.safetensors"));
        Assert.Equal("3", file.Metadata["k"]);
        NamedArray images = file.Arrays["input.image"];
        Assert.Equal([4, 3, 1, 60, 80], images.Shape);
        Assert.Equal(ArrayType.F32, images.Type);
        Assert.Equal(4 * 3 * 60 * 80, images.ReadFloats().Length);
        Assert.All(file.Arrays["output.response"].ReadFloats(), rate => Assert.True(rate > 0));
        Assert.Equal(ArrayType.I64, file.Arrays["param.bn.num_batches_tracked"].Type);
    }

    [Fact]
    public void Write_EveryType_ReadsBackAndIsAligned()
    {
        string path = _folder["all.safetensors"];
        List<NamedArray> written = [];
        foreach (ArrayType type in Enum.GetValues<ArrayType>())
        {
            byte[] bytes = new byte[3 * 5 * ArrayTypes.Size(type)];
            new Random((int)type).NextBytes(bytes);
            written.Add(new MemoryArray($"array.{type}", type, [3, 5], bytes));
        }
        written.Add(new MemoryArray("scalar", ArrayType.I64, [], BitConverter.GetBytes(42L)));
        written.Add(new MemoryArray("empty", ArrayType.F32, [0, 7], default));
        SafetensorsWriter.Write(path, written, new Dictionary<string, string> { ["spec"] = "{\"name\": \"ä\"}" });

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(written.Count, file.Arrays.Count);
        foreach (NamedArray array in written)
        {
            Assert.Equal(array.Shape, file.Arrays[array.Name].Shape);
            Assert.Equal(array.Type, file.Arrays[array.Name].Type);
            Assert.Equal(array.ReadBytes(), file.Arrays[array.Name].ReadBytes());
        }
        Assert.Equal("{\"name\": \"ä\"}", file.Metadata["spec"]);
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path)) % 8);
        Assert.False(File.Exists(path + ".part"));
    }

    [Fact]
    public void Write_SameContentInAnotherOrder_GivesTheSameBytes()
    {
        MemoryArray a = new("a", ArrayType.F32, [1], new byte[4]), b = new("b", ArrayType.F64, [1], new byte[8]);
        SafetensorsWriter.Write(_folder["1"], [a, b]);
        SafetensorsWriter.Write(_folder["2"], [b, a]);
        Assert.Equal(File.ReadAllBytes(_folder["1"]), File.ReadAllBytes(_folder["2"]));
    }

    [Fact]
    public void Write_ReadByPythonFromTheLayout_GivesTheSameNumbers()
    {
        float[] values = [1.5f, -2f, 3.25f, 0f, 1e-20f, 7f];
        byte[] bytes = new byte[24];
        Buffer.BlockCopy(values, 0, bytes, 0, 24);
        SafetensorsWriter.Write(_folder["w"], [new MemoryArray("w", ArrayType.F32, [2, 3], bytes), new MemoryArray("flag", ArrayType.Bool, [1], new byte[] { 1 })],
            new Dictionary<string, string> { ["k"] = "v" });
        string text = PythonTorch.Run("""
            import sys, json, struct, numpy
            raw = open(sys.argv[1], 'rb').read()
            n = struct.unpack('<Q', raw[:8])[0]
            header = json.loads(raw[8:8 + n])
            begin, end = header['w']['data_offsets']
            print(header['__metadata__'], header['w']['dtype'], header['flag']['dtype'], header['w']['shape'], numpy.frombuffer(raw[8 + n:][begin:end], '<f4').tolist())
            """, _folder["w"]);
        Assert.Equal("{'k': 'v'} F32 BOOL [2, 3] [1.5, -2.0, 3.25, 0.0, 9.999999682655225e-21, 7.0]", text.Trim());
    }

    [Fact]
    public void Write_TwoArraysOfOneName_IsRefused()
    {
        MemoryArray array = new("twice", ArrayType.U8, [1], new byte[1]);
        DataFileException error = Assert.Throws<DataFileException>(() => SafetensorsWriter.Write(_folder["x"], [array, array]));
        Assert.Contains("'twice'", error.Message);
        Assert.False(File.Exists(_folder["x"]));
    }

    [Theory]
    [InlineData("", 0, "8")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}", 4, "'a'")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}", 9, "1 bytes follow")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 8]}}", 8, "'a'")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [-2], \"data_offsets\": [0, 8]}}", 8, "'a'")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904, 8], \"data_offsets\": [0, 8]}}", 8, "'a'")]
    [InlineData("{\"a\": {\"dtype\": \"F8_E4M3\", \"shape\": [8], \"data_offsets\": [0, 8]}}", 8, "F8_E4M3")]
    [InlineData("{\"a\": {\"dtype\": \"5\", \"shape\": [8], \"data_offsets\": [0, 8]}}", 8, "'5'")]
    [InlineData("{\"a\": {\"dtype\": \"U8\", \"shape\": [8], \"data_offsets\": [8, 0]}}", 8, "'a'")]
    [InlineData("{\"a\": {\"dtype\": \"U8\", \"shape\": [8], \"data_offsets\": [0, 8], \"x\": 1}}", 8, "'x'")]
    [InlineData("{\"a\": {\"dtype\": \"U8\", \"shape\": [8]}}", 8, "data_offsets")]
    [InlineData("{\"a\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [0, 4]}, \"b\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [2, 6]}}", 6, "overlaps 'a'")]
    [InlineData("{\"a\": {\"dtype\": \"U8\", \"shape\": [4], \"data_offsets\": [0, 4]}, \"b\": {\"dtype\": \"U8\", \"shape\": [2], \"data_offsets\": [6, 8]}}", 8, "'b'")]
    [InlineData("{\"a\": {\"dtype\": \"U8\", \"shape\": [1], \"data_offsets\": [0, 1]}, \"a\": {\"dtype\": \"U8\", \"shape\": [1], \"data_offsets\": [0, 1]}}", 1, "'a' twice")]
    [InlineData("{\"__metadata__\": {\"k\": 1}}", 0, "'k'")]
    [InlineData("{\"__metadata__\": {\"k\": \"1\", \"k\": \"2\"}}", 0, "'k' twice")]
    [InlineData("[]", 0, "header")]
    [InlineData("{\"a\": ", 0, "JSON")]
    [InlineData("{} {}", 0, "JSON")]
    public void Open_MalformedHeader_IsRefusedWithItsReason(string json, int dataLength, string expected)
    {
        string path = _folder["bad.safetensors"];
        byte[] header = Encoding.UTF8.GetBytes(json);
        byte[] file = new byte[json.Length == 0 ? 4 : 8 + header.Length + dataLength];
        if (json.Length > 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
            header.CopyTo(file, 8);
        }
        File.WriteAllBytes(path, file);
        DataFileException error = Assert.Throws<DataFileException>(() => SafetensorsFile.Open(path));
        Assert.Contains(expected, error.Message);
        Assert.Contains("bad.safetensors", error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(200_000_000ul)]
    [InlineData(1_000ul)]
    public void Open_HeaderLengthBeyondTheFile_IsRefused(ulong length)
    {
        string path = _folder["long.safetensors"];
        byte[] file = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        File.WriteAllBytes(path, file);
        Assert.Contains("header", Assert.Throws<DataFileException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void ReadInto_FileCutAfterOpening_NamesTheArray()
    {
        string path = _folder["cut.safetensors"];
        SafetensorsWriter.Write(path, [new MemoryArray("weights", ArrayType.U8, [1000], new byte[1000])]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using (FileStream cut = new(path, FileMode.Open))
            cut.SetLength(500);
        Assert.Contains("'weights'", Assert.Throws<DataFileException>(() => file.Arrays["weights"].ReadBytes()).Message);
    }

    [Fact]
    public void Open_MissingFile_NamesIt()
        => Assert.Contains("nowhere", Assert.Throws<DataFileException>(() => SafetensorsFile.Open(_folder["nowhere"])).Message);
}
