using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LoopRig.Native.V4l2;
using Xunit;

namespace LoopRig.Native.Tests.V4l2;

/// <summary>Sizes, offsets and numbers against the kernel's own header, asked of a C compiler where there is one.</summary>
public sealed class V4l2LayoutTests
{
    private static readonly (string C, long Value)[] s_expected =
    [
        Size<NativeCapability>("v4l2_capability"), Offset<NativeCapability>("v4l2_capability, card", nameof(NativeCapability.Card)), Offset<NativeCapability>("v4l2_capability, bus_info", nameof(NativeCapability.Bus)),
        Offset<NativeCapability>("v4l2_capability, capabilities", nameof(NativeCapability.Capabilities)), Offset<NativeCapability>("v4l2_capability, device_caps", nameof(NativeCapability.DeviceCapabilities)),
        Size<NativeFormatDescription>("v4l2_fmtdesc"), Offset<NativeFormatDescription>("v4l2_fmtdesc, type", nameof(NativeFormatDescription.Type)), Offset<NativeFormatDescription>("v4l2_fmtdesc, pixelformat", nameof(NativeFormatDescription.PixelFormat)),
        Size<NativeFormat>("v4l2_format"), Offset<NativeFormat>("v4l2_format, fmt.pix.width", nameof(NativeFormat.Width)), Offset<NativeFormat>("v4l2_format, fmt.pix.height", nameof(NativeFormat.Height)),
        Offset<NativeFormat>("v4l2_format, fmt.pix.pixelformat", nameof(NativeFormat.PixelFormat)), Offset<NativeFormat>("v4l2_format, fmt.pix.field", nameof(NativeFormat.Field)),
        Offset<NativeFormat>("v4l2_format, fmt.pix.bytesperline", nameof(NativeFormat.BytesPerLine)), Offset<NativeFormat>("v4l2_format, fmt.pix.sizeimage", nameof(NativeFormat.SizeImage)),
        Size<NativeBufferRequest>("v4l2_requestbuffers"), Offset<NativeBufferRequest>("v4l2_requestbuffers, memory", nameof(NativeBufferRequest.Memory)),
        Size<NativeBuffer>("v4l2_buffer"), Offset<NativeBuffer>("v4l2_buffer, bytesused", nameof(NativeBuffer.BytesUsed)), Offset<NativeBuffer>("v4l2_buffer, flags", nameof(NativeBuffer.Flags)),
        Offset<NativeBuffer>("v4l2_buffer, field", nameof(NativeBuffer.Field)), Offset<NativeBuffer>("v4l2_buffer, timestamp.tv_sec", nameof(NativeBuffer.Seconds)), Offset<NativeBuffer>("v4l2_buffer, timestamp.tv_usec", nameof(NativeBuffer.Microseconds)),
        Offset<NativeBuffer>("v4l2_buffer, sequence", nameof(NativeBuffer.Sequence)), Offset<NativeBuffer>("v4l2_buffer, memory", nameof(NativeBuffer.Memory)), Offset<NativeBuffer>("v4l2_buffer, m.offset", nameof(NativeBuffer.Offset)),
        Offset<NativeBuffer>("v4l2_buffer, length", nameof(NativeBuffer.Length)),
        Size<NativeParameters>("v4l2_streamparm"), Offset<NativeParameters>("v4l2_streamparm, parm.capture.capability", nameof(NativeParameters.Capability)),
        Offset<NativeParameters>("v4l2_streamparm, parm.capture.timeperframe.numerator", nameof(NativeParameters.Numerator)), Offset<NativeParameters>("v4l2_streamparm, parm.capture.timeperframe.denominator", nameof(NativeParameters.Denominator)),
        Size<NativeControlRange>("v4l2_queryctrl"), Offset<NativeControlRange>("v4l2_queryctrl, minimum", nameof(NativeControlRange.Minimum)), Offset<NativeControlRange>("v4l2_queryctrl, maximum", nameof(NativeControlRange.Maximum)),
        Offset<NativeControlRange>("v4l2_queryctrl, step", nameof(NativeControlRange.Step)), Offset<NativeControlRange>("v4l2_queryctrl, flags", nameof(NativeControlRange.Flags)),
        Size<NativeControl>("v4l2_control"), Offset<NativeControl>("v4l2_control, value", nameof(NativeControl.Value)),
        ("VIDIOC_QUERYCAP", V4l2Request.QueryCapability), ("VIDIOC_ENUM_FMT", V4l2Request.EnumerateFormats), ("VIDIOC_S_FMT", V4l2Request.SetFormat), ("VIDIOC_REQBUFS", V4l2Request.RequestBuffers),
        ("VIDIOC_QUERYBUF", V4l2Request.QueryBuffer), ("VIDIOC_QBUF", V4l2Request.QueueBuffer), ("VIDIOC_DQBUF", V4l2Request.DequeueBuffer), ("VIDIOC_STREAMON", V4l2Request.StreamOn),
        ("VIDIOC_STREAMOFF", V4l2Request.StreamOff), ("VIDIOC_G_PARM", V4l2Request.GetParameters), ("VIDIOC_S_PARM", V4l2Request.SetParameters), ("VIDIOC_QUERYCTRL", V4l2Request.QueryControl),
        ("VIDIOC_G_CTRL", V4l2Request.GetControl), ("VIDIOC_S_CTRL", V4l2Request.SetControl),
        ("V4L2_PIX_FMT_GREY", V4l2Constants.Grey), ("V4L2_PIX_FMT_YUYV", V4l2Constants.Yuyv), ("V4L2_PIX_FMT_MJPEG", V4l2Constants.Mjpeg),
        ("V4L2_CID_GAIN", V4l2Constants.ControlGain), ("V4L2_CID_AUTOGAIN", V4l2Constants.ControlAutoGain), ("V4L2_CID_EXPOSURE_AUTO", V4l2Constants.ControlExposureAuto),
        ("V4L2_CID_EXPOSURE_ABSOLUTE", V4l2Constants.ControlExposureAbsolute), ("V4L2_EXPOSURE_MANUAL", V4l2Constants.ExposureManual),
        ("V4L2_BUF_FLAG_ERROR", V4l2Constants.FlagError), ("V4L2_BUF_FLAG_TIMESTAMP_MASK", V4l2Constants.FlagClockMask), ("V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC", V4l2Constants.FlagClockMonotonic),
        ("V4L2_BUF_FLAG_TSTAMP_SRC_MASK", V4l2Constants.FlagStampMask), ("V4L2_BUF_FLAG_TSTAMP_SRC_SOE", V4l2Constants.FlagStampStart),
        ("V4L2_CAP_VIDEO_CAPTURE", V4l2Constants.CapabilityCapture), ("V4L2_CAP_STREAMING", V4l2Constants.CapabilityStreaming), ("V4L2_CAP_DEVICE_CAPS", V4l2Constants.CapabilityDeviceCaps),
        ("V4L2_CAP_TIMEPERFRAME", V4l2Constants.TimePerFrame), ("V4L2_BUF_TYPE_VIDEO_CAPTURE", V4l2Constants.VideoCapture), ("V4L2_MEMORY_MMAP", V4l2Constants.MemoryMap),
        ("V4L2_FIELD_NONE", V4l2Constants.FieldNone), ("V4L2_FIELD_INTERLACED", V4l2Constants.FieldInterlaced), ("V4L2_FIELD_INTERLACED_TB", V4l2Constants.FieldInterlacedTop),
        ("V4L2_FIELD_INTERLACED_BT", V4l2Constants.FieldInterlacedBottom), ("V4L2_CTRL_FLAG_DISABLED", V4l2Constants.ControlDisabled),
    ];

    [Fact]
    public void Structs_AgainstTheKernelsHeader_HaveItsSizesOffsetsAndNumbers()
    {
        Assert.SkipUnless(File.Exists("/usr/include/linux/videodev2.h") && File.Exists("/usr/bin/cc"), "no C compiler or no linux/videodev2.h");
        string folder = Directory.CreateTempSubdirectory("looprig-v4l2-").FullName;
        try
        {
            string source = Path.Combine(folder, "layout.c"), program = Path.Combine(folder, "layout");
            File.WriteAllText(source, "#include <linux/videodev2.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n"
                + string.Concat(s_expected.Select(e => $"printf(\"%lld\\n\", (long long)({e.C}));\n")) + "return 0; }\n");
            Run("/usr/bin/cc", "-o", program, source);
            long[] values = [.. Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(v => long.Parse(v, CultureInfo.InvariantCulture))];
            Assert.Equal(values.Zip(s_expected, (v, e) => $"{e.C} = {v}"), s_expected.Select(e => $"{e.C} = {e.Value}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (string, long) Size<T>(string type) => ($"sizeof(struct {type})", Marshal.SizeOf<T>());

    private static (string, long) Offset<T>(string member, string field) => ($"offsetof(struct {member})", Marshal.OffsetOf<T>(field));

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return output;
    }
}
