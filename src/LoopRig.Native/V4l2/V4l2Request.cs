namespace LoopRig.Native.V4l2;

/// <summary>Requests of Video4Linux2, as linux/videodev2.h makes them on 64-bit machines: direction, size of the argument, 'V', number.</summary>
internal static class V4l2Request
{
    internal const uint QueryCapability = 0x8068_5600;
    internal const uint EnumerateFormats = 0xC040_5602;
    internal const uint SetFormat = 0xC0D0_5605;
    internal const uint RequestBuffers = 0xC014_5608;
    internal const uint QueryBuffer = 0xC058_5609;
    internal const uint QueueBuffer = 0xC058_560F;
    internal const uint DequeueBuffer = 0xC058_5611;
    internal const uint StreamOn = 0x4004_5612;
    internal const uint StreamOff = 0x4004_5613;
    internal const uint GetParameters = 0xC0CC_5615;
    internal const uint SetParameters = 0xC0CC_5616;
    internal const uint QueryControl = 0xC044_5624;
    internal const uint GetControl = 0xC008_561B;
    internal const uint SetControl = 0xC008_561C;
}
