using System.Globalization;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using static LoopRig.Native.V4l2.V4l2Constants;

namespace LoopRig.Native.V4l2;

/// <summary>Sets a camera, reads back what it made of that, and keeps a remark for each thing that it rounded or refused.</summary>
internal sealed class CameraSetup
{
    private const double SameRate = 0.01;
    private const double ExposureUnitMs = 0.1;

    private static readonly (PixelFormat Format, uint Code)[] s_known = [(PixelFormat.Grey, Grey), (PixelFormat.Yuyv, Yuyv), (PixelFormat.Mjpeg, Mjpeg)];

    private readonly V4l2Device _device;
    private readonly List<string> _remarks = [];

    /// <exception cref="DeviceException">It has none of the formats, or delivers single fields.</exception>
    internal CameraSetup(V4l2Device device, CameraSettings wanted)
    {
        _device = device;
        Format = ChooseFormat(wanted.Format);
        SetFormat(wanted);
        RateHz = SetRate(wanted.FrameRateHz);
        if (wanted.ExposureMs > 0) SetExposure(wanted.ExposureMs);
        if (wanted.Gain is { } gain)
        {
            TrySet(ControlAutoGain, 0);
            Set(ControlGain, gain, "gain", 1);
        }
    }

    internal PixelFormat Format { get; }

    internal int Width { get; private set; }

    internal int Height { get; private set; }

    internal int Stride { get; private set; }

    internal int ImageBytes { get; private set; }

    internal FieldOrder FieldOrder { get; private set; }

    internal double RateHz { get; }

    internal IReadOnlyList<string> Remarks => _remarks;

    private PixelFormat ChooseFormat(PixelFormat wanted)
    {
        List<uint> offered = _device.Formats();
        foreach ((PixelFormat format, uint code) in s_known)
        {
            if ((wanted == PixelFormat.Auto || wanted == format) && offered.Contains(code)) return format;
        }

        string asked = wanted == PixelFormat.Auto ? "grey, YUYV or MJPEG" : wanted.ToString();
        throw new DeviceException(_device.Path, $"does not deliver {asked}, but {string.Join(' ', offered.Select(V4l2Device.Letters))}");
    }

    private void SetFormat(CameraSettings wanted)
    {
        NativeFormat format = new() { Type = VideoCapture, Width = (uint)wanted.Width, Height = (uint)wanted.Height, PixelFormat = s_known[(int)Format - 1].Code };
        if (wanted.Width == 0 || wanted.Height == 0) (format.Width, format.Height) = (640, 480); // a driver takes the nearest that it has
        _device.Must(V4l2Request.SetFormat, ref format, "does not take its picture size");
        if (format.PixelFormat != s_known[(int)Format - 1].Code) throw new DeviceException(_device.Path, $"delivers {V4l2Device.Letters(format.PixelFormat)} when asked for {Format}");
        (Width, Height, ImageBytes) = ((int)format.Width, (int)format.Height, (int)format.SizeImage);
        int row = Format == PixelFormat.Grey ? Width : 2 * Width;
        Stride = Format == PixelFormat.Mjpeg ? 0 : Math.Max(row, (int)format.BytesPerLine);
        if (wanted.Width > 0 && wanted.Height > 0 && (Width, Height) != (wanted.Width, wanted.Height))
            _remarks.Add($"delivers {Width}x{Height}, not the {wanted.Width}x{wanted.Height} that it was asked for");
        FieldOrder = format.Field switch
        {
            FieldNone or 0 => FieldOrder.Progressive,
            FieldInterlacedTop => FieldOrder.TopFirst,
            FieldInterlacedBottom => FieldOrder.BottomFirst,
            // "the temporal order depends on the video standard": 525 lines have the bottom field first, all others the top (videodev2's documentation of fields).
            FieldInterlaced => Height is 480 or 486 ? FieldOrder.BottomFirst : FieldOrder.TopFirst,
            _ => throw new DeviceException(_device.Path, $"delivers single fields (field order {format.Field}), not frames of two"),
        };
    }

    private double SetRate(double wantedHz)
    {
        NativeParameters parameters = new() { Type = VideoCapture };
        if (wantedHz > 0) (parameters.Numerator, parameters.Denominator) = (1000, (uint)Math.Round(wantedHz * 1000));
        bool answered = _device.Control(wantedHz > 0 ? V4l2Request.SetParameters : V4l2Request.GetParameters, ref parameters) == 0 && parameters.Numerator > 0;
        double rate = answered ? parameters.Denominator / (double)parameters.Numerator : 0;
        if (wantedHz <= 0) return rate;
        if (!answered || (parameters.Capability & TimePerFrame) == 0) _remarks.Add(Text($"frame rate: cannot be set to {wantedHz:0.###} per second"));
        else if (Math.Abs(rate - wantedHz) > SameRate * wantedHz) _remarks.Add(Text($"frame rate: {rate:0.###} per second, not the {wantedHz:0.###} that it was asked for"));
        return rate;
    }

    private void SetExposure(double ms)
    {
        TrySet(ControlExposureAuto, ExposureManual);
        Set(ControlExposureAbsolute, (int)Math.Round(ms / ExposureUnitMs), "exposure", ExposureUnitMs, " ms");
    }

    // Asks, and reads back: a driver may round without a word.
    private void Set(uint id, int wanted, string name, double unit, string unitName = "")
    {
        NativeControlRange range = new() { Id = id };
        if (_device.Control(V4l2Request.QueryControl, ref range) < 0 || (range.Flags & ControlDisabled) != 0)
        {
            _remarks.Add($"{name}: this camera has no such control");
            return;
        }

        int asked = Math.Clamp(wanted, range.Minimum, range.Maximum);
        NativeControl control = new() { Id = id };
        if (!TrySet(id, asked) || _device.Control(V4l2Request.GetControl, ref control) < 0) _remarks.Add(Text($"{name}: {wanted * unit:0.###}{unitName} was refused"));
        else if (control.Value != wanted)
            _remarks.Add(Text($"{name}: {control.Value * unit:0.###}{unitName}, not the {wanted * unit:0.###} that it was asked for ({range.Minimum * unit:0.###} to {range.Maximum * unit:0.###})"));
    }

    private bool TrySet(uint id, int value)
    {
        NativeControl control = new() { Id = id, Value = value };
        return _device.Control(V4l2Request.SetControl, ref control) == 0;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
