using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>
/// Sees a stream that repeats itself. Only what a live sensor never repeats is judged: pictures that are not of one brightness, and channels in the units of
/// analogue sensors. Counts and speeds rest at one value when the animal does; a stream that repeats itself now and then (a file played at a higher rate than
/// it was recorded with) has not shown itself alive, and is not judged either, nor is a vector without a rate, which is sent as occasion demands.
/// </summary>
internal sealed class FreezeSense
{
    private const int LeastRepeats = 10;
    private const long LeastNs = RigClock.SecondNs;
    private const long TellEveryNs = RigClock.SecondNs / 4;
    private const int LeastChanges = 30;
    private const double LeastAlive = 0.3;
    private const double Forgetting = 1 / 32.0;
    // Of a large picture so many pieces are looked at, spread evenly: the noise of a sensor is everywhere.
    private const int Pieces = 64;
    private const int PieceBytes = 64;

    private static readonly string[] s_sensorUnits =
        ["deg", "rad", "deg/s", "rad/s", "m/s^2", "m/s2", "g", "uT", "px", "mm", "um", "V", "mV", "uV", "dF/F"];

    private readonly StreamDescriptor _descriptor;
    private readonly int[] _judged;
    private ulong _print;
    private double _alive;
    private long _changes;
    private long _repeats;
    private long _sinceNs;
    private long _lastNs;
    private long _toldNs;
    private bool _frozen;

    public FreezeSense(StreamDescriptor descriptor)
    {
        _descriptor = descriptor;
        _judged = descriptor.RateHz > 0 && descriptor.Kind is (StreamKind.Vector or StreamKind.Activity) ? [.. Enumerable.Range(0, descriptor.ElementCount).Where(IsOfASensor)] : [];
    }

    /// <summary>Whether the stream repeats itself now; any thread may ask.</summary>
    public bool IsFrozen => Volatile.Read(ref _frozen);

    /// <summary>Looks at a message's last sample.</summary>
    /// <returns>Whether there is something to tell: a stretch of equal samples has become long, goes on, or has ended.</returns>
    public bool Look(ReadOnlySpan<byte> sample, long receivedNs, bool newEpoch, out (long StartNs, long EndNs, long Repeats) stretch)
    {
        var judged = TryPrint(sample, out var print);
        if (judged && !newEpoch && _changes > 0 && print == _print)
        {
            return Repeat(receivedNs, out stretch);
        }
        var ended = _frozen;
        stretch = (_sinceNs, _lastNs, _repeats);
        if (judged)
        {
            Live(ended);
        }
        _print = print;
        (_repeats, _lastNs) = (0, receivedNs);
        Volatile.Write(ref _frozen, false);
        return ended;
    }

    private bool Repeat(long receivedNs, out (long StartNs, long EndNs, long Repeats) stretch)
    {
        if (_repeats++ == 0)
        {
            _sinceNs = _lastNs;
        }
        _lastNs = receivedNs;
        stretch = (_sinceNs, _lastNs, _repeats);
        if (!_frozen && _changes >= LeastChanges && _alive >= LeastAlive && _repeats >= LeastRepeats && receivedNs - _sinceNs >= LeastNs)
        {
            Volatile.Write(ref _frozen, true);
            _toldNs = long.MinValue;
        }
        if (!_frozen || (_toldNs != long.MinValue && receivedNs - _toldNs < TellEveryNs))
        {
            return false;
        }
        _toldNs = receivedNs;
        return true;
    }

    // Repeats that were no fault count against the stream's being alive.
    private void Live(bool wasFrozen)
    {
        for (var i = 0; !wasFrozen && i < Math.Min(_repeats, 100); i++)
        {
            _alive -= _alive * Forgetting;
        }
        _alive += (1 - _alive) * Forgetting;
        _changes++;
    }

    private bool TryPrint(ReadOnlySpan<byte> sample, out ulong print)
    {
        if (_descriptor.Kind == StreamKind.Image)
        {
            return TryPrintPicture(sample, out print);
        }
        print = 14695981039346656037;
        var any = false;
        foreach (var channel in _judged)
        {
            var value = _descriptor.DType.ReadAsDouble(sample, channel);
            any |= value != 0 && !double.IsNaN(value);
            print = (print ^ (ulong)BitConverter.DoubleToInt64Bits(value)) * 1099511628211;
        }
        return any;
    }

    private static bool TryPrintPicture(ReadOnlySpan<byte> sample, out ulong print)
    {
        print = 14695981039346656037;
        if (sample.Length < sizeof(ulong))
        {
            return false;
        }
        var first = sample[0] * 0x0101010101010101UL;
        var varied = false;
        var step = Math.Max(PieceBytes, sample.Length / Pieces);
        for (var at = 0; at < sample.Length; at += step)
        {
            var piece = MemoryMarshal.Cast<byte, ulong>(sample.Slice(at, Math.Min(PieceBytes, sample.Length - at)));
            foreach (var eight in piece)
            {
                varied |= eight != first;
                print = (print ^ eight) * 1099511628211; // FNV's step over words instead of bytes
            }
        }
        return varied;
    }

    private bool IsOfASensor(int channel)
    {
        var units = _descriptor.Units;
        var unit = units.Length == 0 ? "" : units[Math.Min(channel, units.Length - 1)];
        return Array.IndexOf(s_sensorUnits, unit) >= 0;
    }
}
