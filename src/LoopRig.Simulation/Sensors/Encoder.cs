using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Simulation.Sensors;

/// <summary>
/// The treadmill's encoder: whole counts of the way run. It speaks the serial line protocol on a pseudo-terminal, or publishes its counts where it has no such line.
/// </summary>
internal sealed class Encoder : Sensor
{
    private readonly double _countsPerCm;
    private readonly long[] _counts = new long[1];

    public Encoder(int stream, MouseOptions options, DeviceClock clock) : base(stream, Period(options.EncoderRateHz), clock)
        => _countsPerCm = options.EncoderCountsPerTurn / (2 * Math.PI * options.WheelRadiusCm);

    /// <summary>The serial line that it is on; null: none.</summary>
    public EncoderLine? Line { get; set; }

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        _counts[0] = (long)Math.Floor(scene.Mouse.At(NextNs).Distance * _countsPerCm);
        long deviceNs = Shows(startNs);
        if (Stream < 0)
            Line?.Send(deviceNs, _counts);
        else
            Publish(output, Stream, DType.I64, [1], deviceNs, hostNs, MemoryMarshal.AsBytes(_counts.AsSpan()));
        Next();
    }
}
