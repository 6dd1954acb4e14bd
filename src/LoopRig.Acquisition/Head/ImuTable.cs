using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Inertial samples as a table, .npy or text. Columns are found by their names: gyro..., acc..., mag... with x, y, z at the end, and time; a unit stands in brackets
/// behind the name, "Gyroscope X (deg/s)". Without names the order is gyroscope, accelerometer, magnetometer, a time in front if the number of columns
/// is odd for it: 6, 9, or 7 and 10. Times are seconds.
/// </summary>
internal sealed class ImuTable : ImuRecording
{
    private static readonly string[] s_sensors = ["gyr", "acc", "mag"];
    private readonly ISampleTable _table;
    private readonly long[] _times;
    private readonly int[] _places;
    private readonly double[] _scales;
    private readonly double[] _row;
    private readonly double _rateHz;

    internal ImuTable(string path, double rateHz, string gyroscopeUnit, string accelerometerUnit)
    {
        _table = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? new NpyTable(path) : new TextTable(path);
        try
        {
            _row = new double[_table.Columns];
            (_places, int time) = _table.Names.Count > 0 ? ByName(path) : ByOrder(path);
            _scales = [.. _places.Select((place, i) => ScaleOf(path, place, i, gyroscopeUnit, accelerometerUnit))];
            if (time < 0 && !(rateHz > 0)) throw new DataFileException(path, "has no column of times; its rate is needed (rateHz)");
            _times = time < 0 ? [] : ReadTimes(path, time);
            _rateHz = time < 0 ? rateHz : 0;
        }
        catch
        {
            _table.Dispose();
            throw;
        }
    }

    public override int Channels => _places.Length;

    public override int Samples => _table.Rows;

    public override double RateHz => _rateHz;

    public override long OffsetNs(int sample) => _times.Length > 0 ? _times[sample] : (long)Math.Round(sample * 1e9 / _rateHz);

    public override void Read(int sample, Span<float> destination)
    {
        _table.ReadRow(sample, _row);
        for (int i = 0; i < _places.Length; i++) destination[i] = (float)(_row[_places[i]] * _scales[i]);
    }

    public override void Dispose() => _table.Dispose();

    private (int[] Places, int Time) ByOrder(string path)
    {
        int first = _table.Columns is 7 or 10 ? 1 : 0;
        int count = _table.Columns - first;
        if (count is not (ImuChannels.Inertial or ImuChannels.WithMagnetometer))
            throw new DataFileException(path, $"{_table.Columns} columns without names, where gyroscope x y z, accelerometer x y z are wanted, with or without a time in front and a magnetometer behind");
        return ([.. Enumerable.Range(first, count)], first - 1);
    }

    private (int[] Places, int Time) ByName(string path)
    {
        List<int> places = [];
        foreach (string sensor in s_sensors)
        {
            int[] axes = [.. "xyz".Select(axis => Find(sensor, axis))];
            if (Array.IndexOf(axes, -1) < 0) places.AddRange(axes);
            else if (sensor != "mag") throw new DataFileException(path, $"no columns of {sensor}... x, y and z; it has {string.Join(", ", _table.Names)}");
        }

        int time = 0;
        while (time < _table.Names.Count && !NameOf(time).StartsWith("time", StringComparison.Ordinal) && NameOf(time) != "t") time++;
        return ([.. places], time < _table.Names.Count ? time : -1);
    }

    private int Find(string sensor, char axis)
    {
        for (int i = 0; i < _table.Names.Count; i++)
        {
            string name = NameOf(i);
            if (name.StartsWith(sensor, StringComparison.Ordinal) && name[^1] == axis) return i;
        }

        return -1;
    }

    // Without the unit behind it.
    private string NameOf(int column)
    {
        string name = _table.Names[column].Trim('"').ToLowerInvariant();
        int bracket = name.IndexOfAny(['(', '[']);
        return (bracket > 0 ? name[..bracket] : name).Trim();
    }

    private double ScaleOf(string path, int column, int channel, string gyroscopeUnit, string accelerometerUnit)
    {
        if (channel >= ImuChannels.Inertial) return 1; // uT
        string name = _table.Names.Count > 0 ? _table.Names[column] : $"{column}";
        int bracket = name.IndexOfAny(['(', '[']);
        bool isRate = channel < 3;
        string unit = bracket > 0 ? name[(bracket + 1)..].Trim(' ', ')', ']', '"') : isRate ? gyroscopeUnit : accelerometerUnit;
        return ImuChannels.Scale(unit, isRate) ?? throw new DataFileException(path, $"column {name} is in '{unit}', where {(isRate ? "rad/s or deg/s" : "m/s2 or g")} is wanted");
    }

    private long[] ReadTimes(string path, int column)
    {
        long[] times = new long[_table.Rows];
        double first = 0;
        for (int row = 0; row < times.Length; row++)
        {
            _table.ReadRow(row, _row);
            if (row == 0) first = _row[column];
            times[row] = (long)Math.Round((_row[column] - first) * 1e9);
            if (!double.IsFinite(_row[column]) || (row > 0 && times[row] < times[row - 1]))
                throw new DataFileException(path, $"sample {row}: its time, {_row[column]:R} s, is not after the one before it");
        }

        return times;
    }
}
