using System.Security.Cryptography;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Stimulus.Export;

/// <summary>Writes exactly the frames that would be shown, a sheet to look at, and a list of what is in them.</summary>
public static class StimulusExport
{
    /// <summary>Draws a plan and writes it into a folder.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="renderer">Of the plan's monitor.</param>
    /// <param name="folder">Made where it is absent.</param>
    /// <param name="options">What and how.</param>
    /// <param name="progress">Told of the frames done.</param>
    /// <param name="stop">Ends it between two frames.</param>
    /// <exception cref="DataFileException">The folder cannot be written, or a picture cannot be read.</exception>
    public static ExportResult Write(StimulusPlan plan, StimulusRenderer renderer, string folder, ExportOptions options, Action<int>? progress, CancellationToken stop)
    {
        var (width, height) = (renderer.Canvas.Texture.Width, renderer.Canvas.Texture.Height);
        var frames = Math.Min(plan.Frames, options.Frames ?? int.MaxValue);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(folder, e.Message, e);
        }
        renderer.Prepare(plan, stop);
        var sheet = new ContactSheet(plan, frames, width, height);
        var image = new Image(width, height, 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string? pixels;
        using (var sink = FrameSink.Open(options.Format, folder, width, height, plan.Geometry.Monitor.RefreshHz))
        {
            pixels = sink?.Path;
            var at = 0;
            for (var frame = 0; frame < frames; frame++)
            {
                stop.ThrowIfCancellationRequested();
                at = plan.SegmentAt(frame, at);
                renderer.Draw(plan.Segments[at].Pattern, frame - plan.Segments[at].FirstFrame);
                if (options.FlipCode)
                {
                    renderer.DrawFlipMark(frame);
                }
                renderer.Canvas.ReadInto(image.Pixels);
                hash.AppendData(image.Pixels);
                sink?.Add(frame, image);
                sheet.Offer(frame, image);
                progress?.Invoke(frame + 1);
            }
        }
        var trials = TrialList.Write(plan, Path.Combine(folder, "trials.json"), options.FlipCode, renderer.Curve);
        return new ExportResult(frames, Convert.ToHexStringLower(hash.GetHashAndReset()), sheet.Write(Path.Combine(folder, "sheet.png")), trials, pixels);
    }
}
