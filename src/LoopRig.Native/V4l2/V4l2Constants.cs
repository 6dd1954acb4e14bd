namespace LoopRig.Native.V4l2;

/// <summary>Numbers of linux/videodev2.h and linux/v4l2-controls.h, and of errno.h.</summary>
internal static class V4l2Constants
{
    internal const uint VideoCapture = 1; // V4L2_BUF_TYPE_VIDEO_CAPTURE
    internal const uint MemoryMap = 1;    // V4L2_MEMORY_MMAP

    internal const uint CapabilityCapture = 0x0000_0001;
    internal const uint CapabilityStreaming = 0x0400_0000;
    internal const uint CapabilityDeviceCaps = 0x8000_0000;
    internal const uint TimePerFrame = 0x1000; // V4L2_CAP_TIMEPERFRAME

    internal const uint FlagError = 0x40;
    internal const uint FlagClockMask = 0xE000;
    internal const uint FlagClockMonotonic = 0x2000;
    internal const uint FlagStampMask = 0x7_0000;
    internal const uint FlagStampStart = 0x1_0000; // start of exposure

    internal const uint FieldNone = 1;
    internal const uint FieldInterlaced = 4;
    internal const uint FieldInterlacedTop = 8;
    internal const uint FieldInterlacedBottom = 9;

    internal const uint Grey = 0x5945_5247;
    internal const uint Yuyv = 0x5659_5559;
    internal const uint Mjpeg = 0x4750_4A4D;

    internal const uint ControlGain = 0x0098_0913;
    internal const uint ControlAutoGain = 0x0098_0912;
    internal const uint ControlExposureAuto = 0x009A_0901;
    internal const uint ControlExposureAbsolute = 0x009A_0902; // 100 us
    internal const int ExposureManual = 1;
    internal const uint ControlDisabled = 1;

    internal const int ENoEnt = 2;
    internal const int EIntr = 4;
    internal const int EIo = 5;
    internal const int ENxio = 6;
    internal const int EAgain = 11;
    internal const int EAcces = 13;
    internal const int EBusy = 16;
    internal const int ENoDev = 19;
    internal const int EInval = 22;
    internal const int ENotTy = 25;
    internal const int ENoSpc = 28;
}
