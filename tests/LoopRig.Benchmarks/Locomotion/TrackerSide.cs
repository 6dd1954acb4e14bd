using System.Runtime.InteropServices;
using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>The tracker as an adapter drives it: a colour frame in, one message out.</summary>
internal sealed class TrackerSide : ISide, IStreamOutput, IDisposable
{
    private readonly TimedFrame[] _frames;
    private readonly TopCameraProcessor _processor;
    private readonly float[] _values = new float[6];
    private FrameHeader _header;
    private int _next;
    private long _rounds;

    public TrackerSide(string path, params TimedFrame[] frames)
    {
        using var video = new VideoFile(path);
        _frames = frames;
        var input = new StreamDescriptor { Name = "frames", Kind = StreamKind.Image, DType = DType.U8, Shape = [video.Height, video.Width, video.Channels], RateHz = video.RateHz };
        _processor = new TopCameraProcessor(new TopCameraOptions { Name = "top-camera", Source = path }, input);
        _header = FrameHeader.Samples(DType.U8, input.Shape, 0);
    }

    public string Form => "LoopRig top camera";

    public TrackPoint Track(Image frame, long timeNs)
    {
        _header.DeviceTimeNs = timeNs;
        _processor.Process(_header, frame.Pixels, this);
        return new TrackPoint(timeNs / 1e9, _values[0], _values[1], _values[2], _values[3], _values[4], _values[5] != 0);
    }

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var i = 0; i < elapsedNs.Length; i++)
        {
            var frame = _frames[_next];
            var length = _frames[^1].TimeNs - _frames[0].TimeNs + _frames[1].TimeNs - _frames[0].TimeNs;
            var begin = RigClock.Now;
            Track(frame.Picture, (_rounds * length) + frame.TimeNs);
            elapsedNs[i] = RigClock.Now - begin;
            if (++_next == _frames.Length)
            {
                (_next, _rounds) = (0, _rounds + 1);
            }
        }
    }

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => MemoryMarshal.Cast<byte, float>(payload).CopyTo(_values);

    public void Dispose() => _processor.Dispose();
}
