namespace LoopRig.Core.Stimuli;

/// <summary>Where descriptions lay down what they want shown.</summary>
public sealed class PlanBuilder
{
    private readonly List<Segment> _segments = [];
    private readonly List<string> _warnings = [];
    private readonly string _file;
    private readonly int _seed;
    private string _stimulus = "";
    private int _trial = -1;
    private int _frames;

    internal PlanBuilder(string file, MonitorGeometry geometry, int seed, IPictureFiles pictures) =>
        (_file, Geometry, _seed, Pictures, Random) = (file, geometry, seed, pictures, new SeededRandom((ulong)seed, ""));

    /// <summary>The monitor.</summary>
    public MonitorGeometry Geometry { get; }

    /// <summary>Flips a second.</summary>
    public double RefreshHz => Geometry.Monitor.RefreshHz;

    /// <summary>Random numbers of the stimulus that is being laid down.</summary>
    public SeededRandom Random { get; private set; }

    /// <summary>Looks into picture files.</summary>
    public IPictureFiles Pictures { get; }

    /// <summary>Frames of a time, at least 1.</summary>
    public int FramesOf(double seconds) => Math.Max(1, (int)Math.Round(seconds * RefreshHz));

    /// <summary>Shows a pattern for a time.</summary>
    public void Add(double seconds, Pattern pattern, string label = "") => AddFrames(FramesOf(seconds), pattern, label);

    /// <summary>Shows a pattern for so many frames.</summary>
    public void AddFrames(int frames, Pattern pattern, string label = "")
    {
        if ((long)_frames + frames > int.MaxValue / 2)
        {
            throw Error("", "the stimulus has more frames than can be counted");
        }
        _segments.Add(new Segment(_stimulus, _trial, _frames, frames, pattern, label));
        _frames += frames;
    }

    /// <summary>Gray, where it is more than nothing.</summary>
    public void Gray(double seconds, double level = Pattern.Gray)
    {
        if (seconds > 0)
        {
            Add(seconds, new UniformPattern(level));
        }
    }

    /// <summary>Tells once of what the monitor cannot show as asked.</summary>
    public void Warn(string message)
    {
        var line = _stimulus.Length > 0 ? $"{_stimulus}: {message}" : message;
        if (!_warnings.Contains(line))
        {
            _warnings.Add(line);
        }
    }

    /// <summary>Tells where frequencies exceed what the monitor's pixels and flips can show: half of their number.</summary>
    public void CheckFrequencies(double spatialCpd, double temporalHz)
    {
        if (spatialCpd > Geometry.PixelsPerDegree / 2)
        {
            Warn(FormattableString.Invariant($"{spatialCpd:0.###} cycles a degree are finer than the monitor's pixels can show: at most {Geometry.PixelsPerDegree / 2:0.###}"));
        }
        if (Math.Abs(temporalHz) > RefreshHz / 2)
        {
            Warn(FormattableString.Invariant($"{temporalHz:0.###} Hz are faster than a monitor of {RefreshHz:0.###} Hz can show: at most {RefreshHz / 2:0.###}"));
        }
    }

    /// <summary>A place drawn evenly from the screen, as a visual angle.</summary>
    public VisualAngle RandomPlace() => Geometry.AngleOf(new ScreenPoint(Random.Uniform(-1, 1), Random.Uniform(-Geometry.Aspect, Geometry.Aspect)));

    /// <summary>One of the values.</summary>
    public T RandomOf<T>(IReadOnlyList<T> values) => values[Random.Below(values.Count)];

    /// <summary>The numbers from 0 to <paramref name="count"/> - 1 in random order.</summary>
    public int[] RandomOrder(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = Random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>A seed for a generator of pictures or dots.</summary>
    public ulong RandomSeed() => Random.NextBits() >> 11; // 53 bits: JSON readers keep them

    /// <summary>An error in the stimulus that is being laid down.</summary>
    public RigConfigException Error(string key, string message) => new(_file, _stimulus.Length == 0 ? key : $"stimuli.{_stimulus}{(key.Length > 0 ? "." + key : "")}", message);

    internal void Begin(string stimulus, int trial, int presentation)
    {
        (_stimulus, _trial) = (stimulus, trial);
        Random = new SeededRandom((ulong)_seed, presentation == 0 ? stimulus : FormattableString.Invariant($"{stimulus}#{presentation}"));
    }

    internal void Between() => (_stimulus, _trial) = ("", -1);

    internal StimulusPlan Build() => new(Geometry, _seed, [.. _segments], [.. _warnings]);
}
