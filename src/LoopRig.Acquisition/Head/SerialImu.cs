using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>An inertial sensor on a serial line: what it measures as stream NAME with the device's own times, and head orientation as NAME/orientation.</summary>
public sealed class SerialImu : IAdapter
{
    // Receivers make room for a second of samples, and for a hundred where the rate is not known.
    private const int MostSamples = 4096;
    private const string RigClockName = "rig";

    private readonly OrientationProcessor _orientation;
    private readonly ImuFeed _feed;
    private readonly SerialSource _source;

    /// <summary>Opens the port.</summary>
    /// <param name="serial">The line.</param>
    /// <param name="device">The sensor.</param>
    /// <exception cref="DeviceException">An option is out of range, or the port cannot be opened.</exception>
    public SerialImu(SerialOptions serial, ImuDeviceOptions device)
    {
        Name = serial.Name;
        Check(device.RateHz > 0, "rateHz: more than 0");
        Check(device.BlockMs >= 0, "blockMs: 0 or more");
        Check(double.IsFinite(device.RadPerSPerCount) && device.RadPerSPerCount > 0, "gyroscopeCountsPerUnit: more than 0");
        Check(double.IsFinite(device.MPerS2PerCount) && device.MPerS2PerCount > 0, "accelerometerCountsPerUnit: more than 0");
        Check(double.IsFinite(device.MicroteslaPerCount) && device.MicroteslaPerCount > 0, "magnetometerCountsPerUt: more than 0");
        int channels = device.Magnetometer ? ImuChannels.WithMagnetometer : ImuChannels.Inertial;
        string clock = device.Clock ?? Name;
        StreamDescriptor raw = ImuChannels.Describe(Name, channels, device.RateHz, serial.Path) with
        {
            Clock = clock,
            ClockId = clock == RigClockName ? 0 : ClockId.Of(clock).Value,
            LatencyNs = (long)(device.LatencyMs * RigClock.MillisecondNs),
        };
        _orientation = new OrientationProcessor(Name, raw, device.Mounting);
        Streams = [raw, .. _orientation.Streams];
        int most = (int)Math.Clamp(Math.Max(100, device.RateHz), 1, MostSamples);
        _feed = new ImuFeed($"{Name} ({serial.Path})", new ImuBlock(channels, most, _orientation), device, new ClockId(raw.ClockId));
        _source = new SerialSource(serial, new ImuProtocol(_feed, device.Device, channels));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Samples that the device numbered and that never came.</summary>
    public long Drops => _feed.Drops;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop) => _source.Run(output, stop);

    /// <summary>Closes the port.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _orientation.Dispose();
    }

    private void Check(bool holds, string message)
    {
        if (!holds) throw new DeviceException(Name, message);
    }
}
