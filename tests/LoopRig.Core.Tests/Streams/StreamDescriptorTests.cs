using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace LoopRig.Core.Tests.Streams;

public sealed class StreamDescriptorTests
{
    [Fact]
    public void ToJson_AndBack_KeepsEverything()
    {
        var descriptor = new StreamDescriptor
        {
            Name = "prediction",
            Kind = StreamKind.Prediction,
            DType = DType.F32,
            Shape = [3],
            Units = ["count"],
            Channels = ["a", "b", "c"],
            RateHz = 20.83,
            ClockId = 3,
            Clock = "camera",
            Source = "test",
            NetworkHash = "0123",
            BinNs = 48_000_000,
        };
        Assert.Equivalent(descriptor, StreamDescriptor.FromJson(descriptor.ToJson()), strict: true);
        Assert.Equal((3, 12), (descriptor.ElementCount, descriptor.SampleBytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"name\":\"\",\"kind\":\"Image\",\"dType\":\"U8\",\"shape\":[1]}")]
    [InlineData("{\"name\":null,\"kind\":\"Image\",\"dType\":\"U8\",\"shape\":[1]}")]
    [InlineData("{\"name\":\"a\",\"kind\":\"Image\",\"dType\":\"U8\",\"shape\":null}")]
    [InlineData("{\"name\":\"a\",\"kind\":\"Vector\",\"dType\":\"F32\",\"shape\":[1],\"channels\":null}")]
    [InlineData("{\"name\":\"a\",\"kind\":99,\"dType\":\"U8\",\"shape\":[1]}")]
    [InlineData("{\"name\":\"a\",\"kind\":\"Image\",\"dType\":\"U8\"}")]
    [InlineData("{\"name\":\"a\",\"kind\":\"Image\",\"dType\":\"U9\",\"shape\":[1]}")]
    [InlineData("{\"name\":\"a\",\"kind\":\"Image\",\"dType\":\"U8\",\"shape\":[-1]}")]
    [InlineData("{\"name\":\"a\",\"kind\":\"Image\",\"dType\":\"U8\",\"shape\":[100000,100000]}")]
    [InlineData("{\"name\":\"a\",\"kind\":\"Image\",\"dType\":\"U8\",\"shape\":[1,1,1,1,1,1,1]}")]
    public void FromJson_OfWhatIsNoDescriptor_Refuses(string json) => Assert.Throws<LoopRigException>(() => StreamDescriptor.FromJson(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void FromJson_OfAnyBytes_ThrowsNothingElse()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            try
            {
                StreamDescriptor.FromJson(bytes);
            }
            catch (LoopRigException)
            {
                // the only way out
            }
        }).QuickCheckThrowOnFailure();
}
