using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Torch.Tests.Formats;

public sealed class ArrayTypesTests
{
    [Theory]
    [InlineData(ArrayType.F16, new byte[] { 0x00, 0x3e }, 1.5f)]
    [InlineData(ArrayType.BF16, new byte[] { 0xc0, 0xbf }, -1.5f)]
    [InlineData(ArrayType.I8, new byte[] { 0xfe }, -2f)]
    [InlineData(ArrayType.U16, new byte[] { 0xff, 0xff }, 65535f)]
    [InlineData(ArrayType.I64, new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, -1f)]
    [InlineData(ArrayType.Bool, new byte[] { 1 }, 1f)]
    [InlineData(ArrayType.F64, new byte[] { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f }, 1.5f)]
    public void ToFloats_OneElement_HasItsValue(ArrayType type, byte[] bytes, float expected)
    {
        float[] value = new float[1];
        ArrayTypes.ToFloats(type, bytes, value);
        Assert.Equal(expected, value[0]);
    }

    [Fact]
    public void ByteLength_ProductBeyond63Bits_IsImpossible()
    {
        Assert.Equal(-1, ArrayTypes.ByteLength(ArrayType.F32, [1L << 40, 1L << 40]));
        Assert.Equal(0, ArrayTypes.ByteLength(ArrayType.F32, [1L << 40, 1L << 40, 0]));
        Assert.Equal(-1, ArrayTypes.ByteLength(ArrayType.F32, [0, -1]));
        Assert.Equal(8, ArrayTypes.ByteLength(ArrayType.F64, []));
    }
}
