using System.Globalization;
using System.Text;
using LoopRig.Acquisition;

namespace LoopRig.Benchmarks;

/// <summary>What was seen, a line a frame; empty fields where nothing was found.</summary>
internal static class EyeCsv
{
    public static void Write(string path, PupilObservation[] seen)
    {
        var text = new StringBuilder("frame,centre_x_px,centre_y_px,major_px,minor_px,angle_deg,confidence,blink\n");
        for (var i = 0; i < seen.Length; i++)
        {
            var eye = seen[i];
            var ellipse = eye.Found
                ? string.Create(CultureInfo.InvariantCulture, $"{eye.Pupil.CentreX:0.###},{eye.Pupil.CentreY:0.###},{eye.Pupil.Major:0.###},{eye.Pupil.Minor:0.###},{eye.Pupil.MajorAngleDeg:0.##}")
                : ",,,,";
            text.Append(CultureInfo.InvariantCulture, $"{i},{ellipse},{eye.Confidence:0.###},{(eye.Blink ? 1 : 0)}\n");
        }
        File.WriteAllText(path, text.ToString());
    }
}
