namespace LoopRig.Acquisition;

/// <summary>
/// Tells a lid over the pupil from a pupil that is missing or small. A pupil needs a second to change its size by half; a lid takes it away, or cuts it, within
/// a few frames: then nothing is found, or half of the outline lies on no step, or what is found is suddenly lower and flat, because its upper border is the lid's rim.
/// </summary>
internal sealed class BlinkDetector
{
    private const double Cut = 0.72;        // of the usual height: less is cut by the lid ...
    private const double Flat = 0.8;        // ... if the shape is flatter than a gaze of 37 deg makes it
    private const double WideGap = 0.45;    // of the outline
    private const double Gap = 0.25;        // of the outline, of what is lower than usual
    private const double Follow = 0.1;      // of the difference a frame, by which the usual height follows
    private const int LongestFrames = 120;  // a lid that stays closed for longer is no blink; then nothing is usual any more
    private const int Established = 5;      // frames with a pupil, before it can be said to have gone

    private double _usual;
    private int _frames, _since;

    internal void Reset() => (_usual, _frames, _since) = (0, 0, 0);

    /// <summary>Whether the lid hides the pupil in this frame.</summary>
    /// <param name="found">An outline was found that is sure enough to be a pupil.</param>
    /// <param name="outline">It.</param>
    /// <param name="gap">The longest stretch of it without a step, as a part of the outline.</param>
    internal bool Judge(bool found, in Oval outline, double gap)
    {
        if (_since >= LongestFrames) Reset();
        double height = outline.Syy; // along the lid's way
        (double major, double minor) = outline.Axes;
        bool lower = height < Cut * _usual && (gap > Gap || minor < Flat * major);
        bool established = _frames >= Established;
        if (!found || (established && (lower || gap > WideGap)))
        {
            _since++;
            return established;
        }

        _frames++;
        _since = 0;
        _usual += (_usual > 0 ? Follow : 1) * (height - _usual);
        return false;
    }
}
