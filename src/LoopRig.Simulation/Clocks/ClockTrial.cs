using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Simulation;

/// <summary>Runs simulated devices through clock converters and compares every converted time with the truth.</summary>
public sealed record ClockTrial
{
    /// <summary>The devices.</summary>
    public required IReadOnlyList<SimulatedDevice> Devices { get; init; }
    /// <summary>How long, s.</summary>
    public double Seconds { get; init; } = 600;
    /// <summary>Decides every delay.</summary>
    public ulong Seed { get; init; } = 1;
    /// <summary>When the host takes nothing, and for how long.</summary>
    public IReadOnlyList<(double AtSeconds, double LastsSeconds)> Stalls { get; init; } = [];

    /// <summary>
    /// The acceptance of the clock work: a head camera, an eye camera, an inertial sensor in blocks and a treadmill, drifts of 50 ppm, delays of 5 ms on average (no
    /// upper limit), five stalls of the host, a device that starts again from 0 and one whose clock jumps forward.
    /// </summary>
    public static ClockTrial TenMinutes(ulong seed) => new()
    {
        Seed = seed,
        Stalls = [(41.3, 0.25), (150.2, 0.12), (263, 0.4), (377.7, 0.08), (505, 0.3)],
        Devices =
        [
            new() { Name = "worldcam", RateHz = 62.5, DriftPpm = 50, OffsetNs = 3_000_000_000_000, LatencyNs = 8_000_000, Resets = [(212.345, 0)] },
            new() { Name = "eye", RateHz = 60, DriftPpm = -50, OffsetNs = -77_000_000_000, LatencyNs = 4_000_000 },
            new() { Name = "imu", RateHz = 250, BlockSamples = 10, DriftPpm = 50, OffsetNs = 12_345, Resets = [(431.87, 900_000_000_000)] },
            new() { Name = "treadmill", RateHz = 100, DriftPpm = -50, OffsetNs = 1_700_000_000_000_000_000 },
        ],
    };

    /// <summary>The devices' streams, each with a clock of its own.</summary>
    public IReadOnlyList<StreamDescriptor> Streams => [.. Devices.Select((device, index) => device.Describe((uint)index + 1))];

    /// <summary>Runs the trial: the same messages, in the same order, to each converter.</summary>
    public IReadOnlyList<ClockTrialResult> Run(params IReadOnlyList<IClockConverter> converters)
    {
        var transport = new SimulatedTransport(Devices, Seed, Stalls);
        var results = converters.Select(_ => new ClockTrialResult(this)).ToArray();
        for (var message = transport.Next(); message.HostNs < Seconds * 1e9; message = transport.Next())
        {
            var header = Header(message, out var payload);
            for (var i = 0; i < results.Length; i++)
            {
                converters[i].Take(message.Stream, header, payload);
                results[i].Judge(message, converters[i]);
            }
        }
        return results;
    }

    private static FrameHeader Header(SimulatedMessage message, out byte[] payload)
    {
        var samples = message.TrueNs.Length;
        var block = samples > 1;
        var header = block ? FrameHeader.Samples(DType.F32, [samples, 1], message.DeviceNs[^1]) : FrameHeader.Samples(DType.F32, [1], message.DeviceNs[0]);
        header.Flags = block ? FrameFlags.SampleTimes : FrameFlags.None;
        header.HostTimeNs = message.HostNs;
        header.Sequence = (ulong)message.Number - 1;
        payload = new byte[header.TimesLength + samples * sizeof(float)];
        header.PayloadLength = (uint)payload.Length;
        for (var i = 0; i < samples && block; i++)
            BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(i * sizeof(long)), message.DeviceNs[i]);
        return header;
    }
}
