using System.Globalization;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>
/// The tracker of the top camera on a real video of a mouse in an arena: in how many frames it finds the mouse, how far that is from what an offline method
/// finds that has seen the whole file, and what a frame costs. Leaves a CSV and a sheet of pictures with the track drawn in, to look at.
/// </summary>
internal static class TopCameraTrack
{
    private const string Video = "mouse_video/dlc_openfield_m3v1mp4.mp4";
    private const int TimedFrames = 100;

    /// <exception cref="NotReadyException">The recording is absent.</exception>
    public static Result Run(string name)
    {
        var path = Path.Combine(Checkout.Data, Video);
        if (!File.Exists(path))
        {
            throw new NotReadyException($"{path} does not exist; set LOOPRIG_DATA to the folder of the recordings");
        }
        var folder = Path.Combine(Checkout.Root, "artifacts", "bench");
        Directory.CreateDirectory(folder);
        var (csv, picture) = (Path.Combine(folder, "top-camera.csv"), Path.Combine(folder, "top-camera.png"));
        var reference = WholeFileBackground.Of(path);
        var track = new List<TrackPoint>();
        var apart = new List<double>();
        using (var ours = new TrackerSide(path))
        {
            using var video = new VideoFile(path);
            var frame = new Image(video.Width, video.Height, video.Channels);
            while (video.TryRead(frame, out var timeNs))
            {
                var point = ours.Track(frame, timeNs);
                track.Add(point);
                if (point.Found && reference.TryFind(frame, out var x, out var y))
                {
                    apart.Add(Math.Sqrt(((point.X - x) * (point.X - x)) + ((point.Y - y) * (point.Y - y))));
                }
            }
        }
        File.WriteAllLines(csv, track.Select((p, i) => p.ToCsv(i)).Prepend(TrackPoint.CsvHeader));
        TrackSheet.Write(path, track, picture);
        var comparison = Time(path, reference);
        return Describe(name, track, apart, comparison, csv, picture);
    }

    private static Comparison Time(string path, WholeFileBackground reference)
    {
        var frames = TimedFrame.Read(path, TimedFrames);
        using var ours = new TrackerSide(path, frames);
        return InterleavedRun.Measure(ours, new BackgroundSide(reference, frames))[0];
    }

    private static Result Describe(string name, List<TrackPoint> track, List<double> apart, Comparison comparison, string csv, string picture)
    {
        var found = track.Count(p => p.Found) / (double)track.Count;
        var steps = track.Zip(track.Skip(1), (a, b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)))).ToArray();
        var turned = track.Zip(track.Skip(1), (a, b) => Math.Abs(Math.IEEERemainder(a.HeadingDeg - b.HeadingDeg, 360))).Count(d => d > 90);
        var distance = Spread.Of(apart.ToArray());
        var result = Result.Against(name, "top-camera", 1, BackgroundSide.Description, comparison, null);
        result.Json["frames"] = track.Count;
        result.Json["found_fraction"] = Result.Round(found);
        result.Json["largest_step_px"] = Result.Round(steps.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max());
        result.Json["heading_reversals"] = turned;
        result.Json["compared_frames"] = apart.Count;
        result.Json["distance_px"] = Result.ToJson(distance);
        result.Json["csv"] = Path.GetRelativePath(Checkout.Root, csv);
        result.Json["sheet"] = Path.GetRelativePath(Checkout.Root, picture);
        return result with
        {
            Lines =
            [
                .. result.Lines,
                Invariant($"  mouse found in {track.Count(p => p.Found)} of {track.Count} frames ({found:P2}); largest step {steps.Where(double.IsFinite).Max():0.0} px a frame, heading turned round in {turned} frames"),
                Invariant($"  from the reference's centre: median {distance.P50:0.0}, 99 % {distance.P99:0.0} px in {apart.Count} frames (it has seen the whole file; ours only the past)"),
                $"  {csv}, {picture}",
            ],
        };
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
