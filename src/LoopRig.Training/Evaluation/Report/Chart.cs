using System.Globalization;
using System.Net;
using System.Text;

namespace LoopRig.Training;

/// <summary>
/// One chart as inline SVG: two axes with round ticks, and marks added one after the other. What is drawn needs no script and no other file. Points that are
/// no numbers are left out.
/// </summary>
public sealed class Chart
{
    /// <summary>Of a chart, px, where none is given.</summary>
    public const int Width = 420;

    /// <summary>Of a chart, px.</summary>
    public const int Height = 320;

    private const int Left = 56, Right = 14, Top = 30, Bottom = 44;
    private readonly StringBuilder _marks = new();
    private readonly StringBuilder _legend = new();
    private readonly string _title, _horizontal, _vertical;
    private readonly (double Low, double High) _x, _y;
    private readonly int _width;
    private readonly bool _logarithmic;
    private int _legends;

    /// <summary>An empty chart.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="horizontal">Name of the horizontal axis.</param>
    /// <param name="vertical">Name of the vertical axis.</param>
    /// <param name="x">Range across.</param>
    /// <param name="y">Range upwards.</param>
    /// <param name="width">px.</param>
    /// <param name="logarithmic">Whether the horizontal axis is.</param>
    public Chart(string title, string horizontal, string vertical, (double Low, double High) x, (double Low, double High) y, int width = Width, bool logarithmic = false)
    {
        (_title, _horizontal, _vertical, _width, _logarithmic) = (title, horizontal, vertical, width, logarithmic);
        _x = Widened(x);
        _y = Widened(y);
    }

    /// <summary>The range of numbers that are ones, with a margin.</summary>
    public static (double Low, double High) Range(IEnumerable<double> values, double margin = 0.06)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        if (known.Length == 0)
            return (0, 1);
        double low = known.Min(), high = known.Max(), extra = margin * (high - low);
        return (low - extra, high + extra);
    }

    /// <summary>Dots; the label of each shows under the pointer.</summary>
    public Chart Dots(IEnumerable<(double X, double Y, string Label)> dots, string colour)
    {
        foreach ((double x, double y, string label) in dots.Where(static dot => double.IsFinite(dot.X) && double.IsFinite(dot.Y)))
            _marks.Append(CultureInfo.InvariantCulture, $"<circle cx='{X(x):F1}' cy='{Y(y):F1}' r='3.2' fill='{colour}' fill-opacity='.6'><title>{WebUtility.HtmlEncode(label)}</title></circle>");
        return this;
    }

    /// <summary>A line through points, in the legend if it has a name.</summary>
    public Chart Line(IEnumerable<(double X, double Y)> points, string colour, string? name = null, bool dashed = false, double thickness = 1.6)
    {
        string path = string.Join(" ", points.Where(static p => double.IsFinite(p.X) && double.IsFinite(p.Y)).Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")));
        _marks.Append(CultureInfo.InvariantCulture, $"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='{thickness}'{(dashed ? " stroke-dasharray='5 4'" : "")}/>");
        if (name is not null)
            Legend(name, colour);
        return this;
    }

    /// <summary>Vertical bars from the axis: a histogram.</summary>
    public Chart Bars(IEnumerable<(double From, double To, double Count)> bars, string colour, string? name = null)
    {
        foreach ((double from, double to, double count) in bars)
            _marks.Append(CultureInfo.InvariantCulture, $"<rect x='{X(from):F1}' y='{Y(count):F1}' width='{Math.Max(0, X(to) - X(from) - 1):F1}' height='{Math.Max(0, Y(_y.Low) - Y(count)):F1}' fill='{colour}' fill-opacity='.55'/>");
        if (name is not null)
            Legend(name, colour);
        return this;
    }

    /// <summary>A filled rectangle, one cell of a matrix; its label shows under the pointer.</summary>
    /// <param name="x">Its left edge.</param>
    /// <param name="y">Its lower edge.</param>
    /// <param name="width">Across.</param>
    /// <param name="height">Upwards.</param>
    /// <param name="colour">Of the whole.</param>
    /// <param name="label">What it is.</param>
    public Chart Cell(double x, double y, double width, double height, string colour, string label)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<rect x='{X(x):F1}' y='{Y(y + height):F1}' width='{X(x + width) - X(x):F1}' height='{Y(y) - Y(y + height):F1}' fill='{colour}'><title>{WebUtility.HtmlEncode(label)}</title></rect>");
        return this;
    }

    /// <summary>An interval as a vertical bar.</summary>
    public Chart Whisker(double x, double low, double high, string colour)
    {
        if (double.IsFinite(low) && double.IsFinite(high))
            _marks.Append(CultureInfo.InvariantCulture, $"<line x1='{X(x):F1}' y1='{Y(low):F1}' x2='{X(x):F1}' y2='{Y(high):F1}' stroke='{colour}' stroke-width='1.4'/>");
        return this;
    }

    /// <summary>The chart as SVG.</summary>
    public override string ToString()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_width} {Height}' width='{_width}' height='{Height}' role='img'>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left}' y='18' class='title'>{WebUtility.HtmlEncode(_title)}</text>");
        foreach (double tick in _logarithmic ? Doublings(_x) : Ticks(_x, _width / 70))
            svg.Append(CultureInfo.InvariantCulture, $"<line x1='{X(tick):F1}' y1='{Y(_y.Low):F1}' x2='{X(tick):F1}' y2='{Top}' class='grid'/><text x='{X(tick):F1}' y='{Height - Bottom + 16}' text-anchor='middle'>{tick:0.######}</text>");
        foreach (double tick in Ticks(_y, 6))
            svg.Append(CultureInfo.InvariantCulture, $"<line x1='{Left}' y1='{Y(tick):F1}' x2='{_width - Right}' y2='{Y(tick):F1}' class='grid'/><text x='{Left - 6}' y='{Y(tick) + 4:F1}' text-anchor='end'>{tick:0.######}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x='{(Left + _width - Right) / 2}' y='{Height - 8}' text-anchor='middle'>{WebUtility.HtmlEncode(_horizontal)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform='translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)' text-anchor='middle'>{WebUtility.HtmlEncode(_vertical)}</text>");
        return svg.Append(_marks).Append(_legend).Append("</svg>").ToString();
    }

    /// <summary>Counts of values between equal steps of a range.</summary>
    public static IEnumerable<(double From, double To, double Count)> Histogram(IEnumerable<double> values, (double Low, double High) range, int steps)
    {
        var counts = new int[steps];
        foreach (double value in values.Where(double.IsFinite))
            counts[Math.Clamp((int)((value - range.Low) / (range.High - range.Low) * steps), 0, steps - 1)]++;
        double step = (range.High - range.Low) / steps;
        return counts.Select((count, at) => (range.Low + at * step, range.Low + (at + 1) * step, (double)count));
    }

    private void Legend(string name, string colour)
    {
        int y = Top + 12 + 15 * _legends++;
        _legend.Append(CultureInfo.InvariantCulture, $"<rect x='{Left + 8}' y='{y - 8}' width='12' height='8' fill='{colour}'/><text x='{Left + 25}' y='{y}'>{WebUtility.HtmlEncode(name)}</text>");
    }

    private double X(double value)
    {
        (double low, double high, double at) = _logarithmic ? (Math.Log(_x.Low), Math.Log(_x.High), Math.Log(value)) : (_x.Low, _x.High, value);
        return Left + (at - low) / (high - low) * (_width - Left - Right);
    }

    private double Y(double value) => Height - Bottom - (Math.Clamp(value, _y.Low, _y.High) - _y.Low) / (_y.High - _y.Low) * (Height - Top - Bottom);

    private static (double, double) Widened((double Low, double High) range) => range.High > range.Low ? range : (range.Low - 0.5, range.High + 0.5);

    // 1, 2 or 5 times a power of ten.
    private static IEnumerable<double> Ticks((double Low, double High) range, int about)
    {
        double raw = (range.High - range.Low) / Math.Max(1, about), power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
        for (long at = (long)Math.Ceiling(range.Low / step); at * step <= range.High; at++)
            yield return Math.Round(at * step, 12);
    }

    private static IEnumerable<double> Doublings((double Low, double High) range)
    {
        for (double at = Math.Pow(2, Math.Ceiling(Math.Log2(range.Low))); at <= range.High; at *= 2)
            yield return at;
    }
}
