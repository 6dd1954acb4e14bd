using System.Text;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Plays a video at its frames' own times. A file is laid on the rig clock; a live source is not paced, and its times stay on the clock of the camera's
/// computer, which gets a number of its own.
/// </summary>
internal sealed class VideoPlayer : IDisposable
{
    private static readonly string[] s_liveSchemes = ["rtsp://", "rtsps://", "rtmp://", "rtp://", "tcp://", "udp://", "srt://"];

    private readonly string _source;
    private readonly bool _loop;
    private readonly Pace _pace;
    private readonly Image _frame;
    private readonly bool _isLive;
    // A stop, on any thread, interrupts the video that is played; when a loop starts over, that is another one.
    private readonly Lock _swap = new();
    private VideoFile _video;
    private long _undecodableBefore;

    /// <exception cref="DeviceException">The source cannot be opened or decoded.</exception>
    internal VideoPlayer(string name, string source, bool loop, Pace pace)
    {
        (_source, _loop, _pace) = (source, loop, pace);
        _isLive = Array.Exists(s_liveSchemes, scheme => source.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));
        _video = new VideoFile(source);
        _frame = new Image(_video.Width, _video.Height, 3);
        ClockId = _isLive ? Math.Max(1, Crc32.Compute(Encoding.UTF8.GetBytes(name))) : 0;
        Clock = _isLive ? name : "rig";
    }

    internal int Width => _video.Width;

    internal int Height => _video.Height;

    internal double RateHz => _video.RateHz;

    internal uint ClockId { get; }

    internal string Clock { get; }

    /// <summary>Packets that could not be decoded.</summary>
    internal long Undecodable
    {
        get
        {
            lock (_swap) return _undecodableBefore + _video.UndecodablePackets;
        }
    }

    public void Dispose() => _video.Dispose();

    /// <summary>Plays until the stop, or to the end of a file that does not loop.</summary>
    /// <exception cref="DeviceException">A live source has ended or fell silent, or a frame cannot be read.</exception>
    internal void Run(IFrameUser user, IStreamOutput output, CancellationToken stop)
    {
        using PlaybackClock clock = new(_pace, stop);
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static self => ((VideoPlayer)self!).Interrupt(), this);
        while (true)
        {
            long length = PlayOnce(user, output, clock, stop);
            if (stop.IsCancellationRequested) return;
            if (_isLive) throw new DeviceException(_source, "the stream has ended");
            if (!_loop) return;
            clock.StartOver(length);
            Reopen(stop);
        }
    }

    /// <summary>Gives how long the video lasted, its last frame's time included, ns.</summary>
    private long PlayOnce(IFrameUser user, IStreamOutput output, PlaybackClock clock, CancellationToken stop)
    {
        long first = 0, last = 0, interval = 0;
        int frames = 0;
        while (!stop.IsCancellationRequested && _video.TryRead(_frame, out long time))
        {
            if (frames++ == 0) first = time;
            else if (time > last) interval = time - last;
            last = time;
            user.Prepare(_frame);
            if (!_isLive && !clock.WaitUntilDue(time - first)) break;
            user.Publish(output, clock, _isLive ? time : time - first);
            clock.EndFirstSample();
        }

        if (frames == 0 && !stop.IsCancellationRequested) throw new DeviceException(_source, "holds no frame that can be decoded");
        return last - first + interval;
    }

    private void Reopen(CancellationToken stop)
    {
        VideoFile next = new(_source);
        lock (_swap)
        {
            _undecodableBefore += _video.UndecodablePackets;
            _video.Dispose();
            _video = next;
        }

        if (stop.IsCancellationRequested) Interrupt(); // the stop may have met the video that ended
    }

    private void Interrupt()
    {
        lock (_swap) _video.Interrupt();
    }

    /// <summary>Sets the times of a frame's messages.</summary>
    internal void Stamp(ref FrameHeader header, PlaybackClock clock, long timeNs)
    {
        header.Clock = new ClockId(ClockId);
        if (_isLive) header.DeviceTimeNs = timeNs;
        else clock.Stamp(ref header, timeNs, timeNs);
    }
}
