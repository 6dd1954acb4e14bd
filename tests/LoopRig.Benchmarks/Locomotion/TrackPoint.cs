using System.Globalization;

namespace LoopRig.Benchmarks;

/// <summary>The mouse in one frame: px of the picture, y down; heading 0 to the right, 90 up.</summary>
internal readonly record struct TrackPoint(double Seconds, double X, double Y, double HeadingDeg, double SpeedPx, double AreaPx, bool Found)
{
    public const string CsvHeader = "frame,time_s,x_px,y_px,heading_deg,speed_px_per_s,area_px2,found";

    public string ToCsv(int frame) => string.Create(CultureInfo.InvariantCulture, $"{frame},{Seconds:0.0000},{X:0.00},{Y:0.00},{HeadingDeg:0.0},{SpeedPx:0.0},{AreaPx:0},{(Found ? 1 : 0)}");
}
