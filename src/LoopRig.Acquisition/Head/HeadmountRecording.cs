using System.Buffers.Binary;
using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// The inertial sensor of a head-mounted recorder, in parts: <c>extimu psN.raw</c> holds a message a sample, each behind its length (16 bits, little-endian),
/// <c>extimu psN.time</c> the samples' times (64 bits, ns, one clock over all parts). Message, by its protobuf definition: 1 time (ns), 2 accelerometer (g),
/// 3 gyroscope (deg/s), 4 the device's own orientation, which is not used. Between two parts the device was unplugged.
/// </summary>
public sealed class HeadmountRecording : ImuRecording
{
    private const string Prefix = "extimu ps";
    private const float RadPerDeg = (float)(Math.PI / 180);
    private readonly List<long> _times = [];
    private readonly List<float> _values = [];
    private readonly List<int> _partStarts = [];

    /// <summary>Reads parts, in order.</summary>
    /// <exception cref="DataFileException">A file is missing, cut short, or no such recording; times of a part that lie before the part before it.</exception>
    public HeadmountRecording(IReadOnlyList<string> parts)
    {
        foreach (string part in parts) ReadPart(part);
    }

    /// <inheritdoc/>
    public override int Channels => ImuChannels.Inertial;

    /// <inheritdoc/>
    public override int Samples => _times.Count;

    /// <inheritdoc/>
    public override double RateHz => 0;

    /// <summary>How often the device was connected.</summary>
    public int Parts => _partStarts.Count;

    /// <inheritdoc/>
    public override long OffsetNs(int sample) => _times[sample] - _times[0];

    /// <inheritdoc/>
    public override bool BeginsPart(int sample) => sample > 0 && _partStarts.Contains(sample);

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> destination)
    {
        for (int i = 0; i < ImuChannels.Inertial; i++) destination[i] = _values[(sample * ImuChannels.Inertial) + i];
    }

    /// <summary>The parts in a folder, by their numbers; none if there are none.</summary>
    internal static string[] PartsOf(string folder) => [.. Directory.GetFiles(folder, Prefix + "*.raw").OrderBy(NumberOf)];

    private static int NumberOf(string path)
        => int.TryParse(Path.GetFileNameWithoutExtension(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new DataFileException(path, $"its name has no number; '{Prefix}1.raw' is wanted");

    private void ReadPart(string path)
    {
        byte[] raw = ReadFile(path);
        string timesPath = Path.ChangeExtension(path, ".time");
        byte[] times = ReadFile(timesPath);
        _partStarts.Add(_times.Count);
        Span<float> sample = stackalloc float[ImuChannels.Inertial];
        int count = 0;
        for (int at = 0; at < raw.Length; count++)
        {
            int length = at + 2 <= raw.Length ? BinaryPrimitives.ReadUInt16LittleEndian(raw.AsSpan(at)) : int.MaxValue - at;
            if (at + 2L + length > raw.Length) throw new DataFileException(path, $"cut short in sample {count}, at byte {at}");
            if (!TryReadSample(raw.AsSpan(at + 2, length), sample)) throw new DataFileException(path, $"sample {count}, at byte {at}, is none of an IMU");
            if ((count + 1) * sizeof(long) > times.Length) throw new DataFileException(timesPath, $"{times.Length} bytes, where each of the samples in {Path.GetFileName(path)} needs a time of 8");
            AddTime(timesPath, count, BinaryPrimitives.ReadInt64LittleEndian(times.AsSpan(count * sizeof(long))));
            foreach (float value in sample) _values.Add(value);
            at += 2 + length;
        }

        if (count == 0) throw new DataFileException(path, "holds no samples");
        if (times.Length != count * sizeof(long)) throw new DataFileException(timesPath, $"{times.Length / (double)sizeof(long)} times for {count} samples");
    }

    private void AddTime(string path, int sample, long timeNs)
    {
        if (_times.Count > 0 && timeNs <= _times[^1]) throw new DataFileException(path, $"sample {sample}: its time, {timeNs} ns, is not after the one before it");
        _times.Add(timeNs);
    }

    private static bool TryReadSample(ReadOnlySpan<byte> message, Span<float> sample)
    {
        sample.Clear(); // protobuf leaves out what is 0
        bool hasRate = false, hasAcceleration = false;
        ProtobufReader fields = new(message);
        while (fields.TryNext(out int field, out ReadOnlySpan<byte> body))
        {
            if (field == 2) hasAcceleration = TryReadVector(body, sample[3..], (float)OrientationFilter.Gravity);
            else if (field == 3) hasRate = TryReadVector(body, sample, RadPerDeg);
        }

        return fields.IsSound && hasRate && hasAcceleration;
    }

    private static bool TryReadVector(ReadOnlySpan<byte> message, Span<float> destination, float scale)
    {
        ProtobufReader fields = new(message);
        while (fields.TryNext(out int field, out ReadOnlySpan<byte> body))
        {
            if (field is >= 1 and <= 3 && body.Length == sizeof(float)) destination[field - 1] = BinaryPrimitives.ReadSingleLittleEndian(body) * scale;
        }

        return fields.IsSound;
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
    }
}
