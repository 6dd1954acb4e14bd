using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Tests.ClosedLoop;

/// <summary>
/// Reads from a session's log alone what should have been shown: crossings worked out anew from the recorded predictions and the recorded configuration, and
/// looked for among the recorded flips. Shares no code with the controller.
/// </summary>
internal sealed class ClosedLoopReading
{
    private ClosedLoopReading(List<Crossing> crossings, int predictions) => (Crossings, Predictions) = (crossings, predictions);

    /// <summary>Every crossing that asks for a stimulus.</summary>
    public List<Crossing> Crossings { get; }

    /// <summary>Predictions looked at.</summary>
    public int Predictions { get; }

    public static ClosedLoopReading Of(string folder)
    {
        using var session = new SessionReader(folder);
        var config = RigConfigFile.FromJson(session.Info.RigConfig!.Value);
        var controller = (ThresholdControllerConfig)config.Controller!;
        var display = config.Adapters.OfType<DisplayConfig>().Single();
        string[] stimuli = [.. display.Stimuli.Keys];
        var flips = Flips(session, display.Name);
        var predictions = session.Index.Find("predictions")!;
        string[] units = predictions.Descriptor!.Channels;
        var message = new RecordedMessage();
        var crossings = new List<Crossing>();
        var below = new bool[controller.Rules.Length];
        var last = Enumerable.Repeat(double.NegativeInfinity, controller.Rules.Length).ToArray();
        foreach (var entry in predictions.Messages)
        {
            session.Read(entry, message);
            if ((message.Header.Flags & (FrameFlags.Fallback | FrameFlags.WarmUp)) != 0)
            {
                continue;
            }
            var values = MemoryMarshal.Cast<byte, float>(message.Payload).ToArray();
            foreach (var (i, rule) in controller.Rules.Index())
            {
                var mean = (rule.Units.Length == 0 ? units : rule.Units).Average(u => (double)values[Array.IndexOf(units, u)]);
                if (below[i] && mean >= rule.Above)
                {
                    below[i] = false;
                    if ((message.Header.BinEndNs - last[i]) / 1e6 >= rule.RefractoryMs)
                    {
                        last[i] = message.Header.BinEndNs;
                        crossings.Add(new Crossing(message.Header.BinStartNs / (message.Header.BinEndNs - message.Header.BinStartNs), message.Header.HostTimeNs, Array.IndexOf(stimuli, rule.Stimulus)));
                    }
                }
                else if (!below[i])
                {
                    below[i] = mean < (rule.RearmBelow ?? rule.Above);
                }
            }
        }
        foreach (var crossing in crossings)
        {
            crossing.Answered = flips[^1].FlippedNs - crossing.PredictedNs > RigClock.SecondNs;
            crossing.Flip = flips.Where(f => f.CommandedNs >= crossing.PredictedNs && f.Frame == 0 && f.Stimulus == crossing.Stimulus).Select(f => (Flip?)f).FirstOrDefault();
        }
        return new ClosedLoopReading(crossings, predictions.Messages.Count);
    }

    private static Flip[] Flips(SessionReader session, string stream)
    {
        var records = new RecordedNumbers(session, stream);
        var (flip, stimulus, frame, commanded, drawn, flipped) = (records.Of("flip"), records.Of("stimulus"), records.Of("frame"), records.Of("commanded_ns"), records.Of("drawn_ns"), records.Of("flipped_ns"));
        var (answers, received) = (records.Of("answers"), records.Of("frame_ns"));
        return [.. Enumerable.Range(0, records.Count).Select(i => new Flip(flip[i], stimulus[i], frame[i], commanded[i], drawn[i], flipped[i], answers[i], received[i]))];
    }

    /// <summary>A crossing.</summary>
    public sealed record Crossing(long Bin, long PredictedNs, int Stimulus)
    {
        /// <summary>Whether the display went on for a second after it, so that a stimulus that waits for another one is seen, too.</summary>
        public bool Answered { get; set; }

        /// <summary>The first flip after it that began its stimulus.</summary>
        public Flip? Flip { get; set; }
    }

    /// <summary>A recorded flip.</summary>
    public readonly record struct Flip(long Number, long Stimulus, long Frame, long CommandedNs, long DrawnNs, long FlippedNs, long Answers, long FrameNs);
}
