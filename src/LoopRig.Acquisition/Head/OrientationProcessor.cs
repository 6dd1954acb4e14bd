using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Gyroscope and accelerometer samples to the head's pitch and roll, one for one, as stream NAME/orientation: pitch, roll (deg), their standard deviation
/// (inclination_sd, deg: large after a start or a gap, while it is averaged), and the gyroscope's bias in the sensor's axes (rad/s). A sample that says
/// nothing (not a number) gives none either.
/// </summary>
public sealed class OrientationProcessor : IStreamProcessor
{
    private const int Values = 6;
    private const long TellEveryNs = 10 * RigClock.SecondNs; // a sensor whose signals never agree is told of now and then
    private const float DegPerRad = (float)(180 / Math.PI);

    private readonly DType _type;
    private readonly int _sampleBytes;
    private readonly int[] _places = new int[ImuChannels.Inertial];
    private readonly double[] _scales = new double[ImuChannels.Inertial];
    private readonly OrientationFilter _filter;
    private readonly Mounting _mounting;
    private byte[] _payload = [];
    private long _upsetsTold;
    private long _toldNs;

    /// <summary>Makes the processor of a stream.</summary>
    /// <param name="name">The adapter's name.</param>
    /// <param name="input">The raw stream: channels gyro_x, gyro_y, gyro_z (rad/s or deg/s), acc_x, acc_y, acc_z (m/s2 or g), perhaps others.</param>
    /// <param name="mounting">How the sensor sits on the head.</param>
    /// <exception cref="DeviceException">The stream lacks a channel, or has one in another unit.</exception>
    public OrientationProcessor(string name, StreamDescriptor input, Mounting mounting)
    {
        (_type, _sampleBytes, _mounting) = (input.DType, input.SampleBytes, mounting);
        for (int axis = 0; axis < ImuChannels.Inertial; axis++) (_places[axis], _scales[axis]) = ImuChannels.Find(input, axis);
        _filter = new OrientationFilter(new OrientationOptions());
        Streams =
        [
            input with
            {
                Name = name + "/orientation",
                DType = DType.F32,
                Shape = [Values],
                Channels = [BehaviourVariables.Pitch, BehaviourVariables.Roll, "inclination_sd", "gyro_bias_x", "gyro_bias_y", "gyro_bias_z"],
                Units = ["deg", "deg", "deg", "rad/s", "rad/s", "rad/s"],
            },
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>The filter, for its counts.</summary>
    public OrientationFilter Filter => _filter;

    /// <inheritdoc/>
    public void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        int samples = header.SampleCount;
        if (samples == 0) return;
        if ((header.Flags & FrameFlags.NewEpoch) != 0) _filter.Restart();
        bool timed = (header.Flags & FrameFlags.SampleTimes) != 0;
        ReadOnlySpan<long> times = MemoryMarshal.Cast<byte, long>(payload[..header.TimesLength]);
        ReadOnlySpan<byte> data = payload[header.TimesLength..];
        int length = header.TimesLength + (samples * Values * sizeof(float));
        if (_payload.Length < length) _payload = new byte[length]; // grows to the longest block, then never again
        Span<byte> made = _payload.AsSpan(0, length);
        payload[..header.TimesLength].CopyTo(made);
        Span<float> values = MemoryMarshal.Cast<byte, float>(made[header.TimesLength..]);
        for (int i = 0; i < samples; i++)
        {
            long time = timed ? times[i] : header.DeviceTimeNs;
            Estimate(time, data.Slice(i * _sampleBytes, _sampleBytes), values.Slice(i * Values, Values));
        }

        FrameHeader result = timed ? FrameHeader.Samples(DType.F32, [samples, Values], header.DeviceTimeNs) : FrameHeader.Samples(DType.F32, [Values], header.DeviceTimeNs);
        result.Flags = header.Flags & (FrameFlags.SampleTimes | FrameFlags.NewEpoch);
        (result.Clock, result.HostTimeNs) = (header.Clock, header.HostTimeNs);
        output.Publish(0, result, made);
        if (_filter.UpsetRestarts != _upsetsTold) TellUpset(header, output);
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }

    private void Estimate(long timeNs, ReadOnlySpan<byte> sample, Span<float> result)
    {
        bool taken = _filter.Update(timeNs, Read(sample, 0), Read(sample, 3));
        if (!taken)
        {
            result.Fill(float.NaN);
            return;
        }

        (double pitch, double roll) = _mounting.Angles(_filter.Up);
        result[0] = (float)pitch;
        result[1] = (float)roll;
        result[2] = (float)_filter.Deviation * DegPerRad;
        Vector3D bias = _filter.Bias;
        (result[3], result[4], result[5]) = ((float)bias.X, (float)bias.Y, (float)bias.Z);
    }

    private Vector3D Read(ReadOnlySpan<byte> sample, int axis) => new(
        _type.ReadAsDouble(sample, _places[axis]) * _scales[axis],
        _type.ReadAsDouble(sample, _places[axis + 1]) * _scales[axis + 1],
        _type.ReadAsDouble(sample, _places[axis + 2]) * _scales[axis + 2]);

    private void TellUpset(in FrameHeader header, IStreamOutput output)
    {
        long now = ReportTime.Of(header);
        if (_upsetsTold > 0 && now - _toldNs < TellEveryNs) return;
        output.Report(0, new SourceReport(SourceReportKind.Mismatch, now, now, _filter.UpsetRestarts - _upsetsTold, "the accelerometer contradicts the orientation, as if the sensor had been turned; begun anew"));
        (_upsetsTold, _toldNs) = (_filter.UpsetRestarts, now);
    }
}
