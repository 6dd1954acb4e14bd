using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>What a frame shows of the mouse. Places in px of the picture that was searched, y down.</summary>
/// <param name="IsFound">there is a mouse; else the rest says nothing</param>
/// <param name="X">the body's centre, px from the left</param>
/// <param name="Y">the body's centre, px from the top</param>
/// <param name="HeadX">unit vector to the nose</param>
/// <param name="HeadY">unit vector to the nose, down</param>
/// <param name="Area">of the body without the tail, px^2</param>
internal readonly record struct MouseObservation(bool IsFound, double X, double Y, double HeadX, double HeadY, double Area);

/// <summary>
/// Finds the mouse in the pictures of a top camera: what is darker than the background by more than a shadow, opened so that the tail goes, the right size and
/// near the last place. Pictures are searched at a width of 320.
/// </summary>
internal sealed class MouseTracker
{
    private const int SearchWidth = 320;
    private const double Noise = 12;           // grey levels below the background
    private const double FirstShare = 0.5;
    private const double LeastShare = 0.35;
    private const double MostShare = 0.7;      // soft shadows of a room leave more of the light than that
    private const double ShareGain = 0.02;
    private const double OpenLengths = 0.15;   // of the body's length: wider than a tail, narrower than a mouse
    private const double GuardLengths = 0.12;
    private const double NearLengths = 0.1;
    private const double CloseLengths = 0.8;
    private const double TailLengths = 1.6;
    private const double TailShare = 0.88;     // thin and half transparent at this width: darker than little
    private const double TailNoise = 6;

    private readonly double _scale;
    private readonly double _length;
    private readonly bool _invert;
    private readonly Image _mask;
    private readonly Image _opened;
    private readonly Image _guard;
    private readonly Image _faint;
    private readonly Image _broad;
    private readonly Image _near;
    private readonly BackgroundModel _background;
    private readonly BlobFinder _blobs;
    private readonly BlobFinder _wholes;
    private readonly MouseFinder _finder;
    private readonly Heading _heading;
    private Image _picture;
    private Image _previous;
    private double _share = FirstShare;
    private bool _begun;
    private long _lastNs;
    private double _lastX;
    private double _lastY;
    private bool _wasFound;

    internal MouseTracker(int width, int height, double bodyLengthPx, bool brightMouse, double backgroundSeconds)
    {
        _scale = Math.Min(1, SearchWidth / (double)width);
        _length = bodyLengthPx * _scale;
        _invert = brightMouse;
        int w = (int)Math.Round(width * _scale), h = Math.Max(1, (int)Math.Round(height * _scale));
        (_picture, _previous, _mask, _opened, _guard) = (new(w, h, 1), new(w, h, 1), new(w, h, 1), new(w, h, 1), new(w, h, 1));
        (_faint, _broad, _near) = (new(w, h, 1), new(w, h, 1), new(w, h, 1));
        _background = new BackgroundModel(w * h, backgroundSeconds);
        (_blobs, _wholes) = (new BlobFinder(w, h), new BlobFinder(w, h));
        _finder = new MouseFinder(_length);
        _heading = new Heading(_length);
    }

    /// <summary>Forgets everything: the next picture is the first.</summary>
    internal void Begin() => _begun = false;

    /// <summary>Looks at the next picture, grey.</summary>
    internal MouseObservation Track(Image picture, long timeNs)
    {
        (_picture, _previous) = (_previous, _picture);
        Imaging.ResizeArea(picture, _picture);
        if (_invert) Invert(_picture.Pixels);
        double elapsed = _begun ? Math.Clamp((timeNs - _lastNs) / 1e9, 0, 1) : 0;
        if (!_begun) BeginWith(_picture);
        _lastNs = timeNs;
        _background.MeasureGain(_picture, _guard);
        _background.Mark(_picture, _share, Noise, _mask);
        Imaging.Morphology(_mask, _opened, Morphology.Open, Odd(OpenLengths), round: true);
        ReadOnlySpan<Blob> blobs = _blobs.Find(_opened, _finder.LeastArea);
        Blob body = _finder.Choose(blobs, _blobs.Labels, _picture, _previous, elapsed);
        MouseObservation seen = body.Label == 0 ? default : Describe(body, elapsed);
        Guard(body);
        _background.Follow(_picture, _guard, elapsed);
        _wasFound = seen.IsFound;
        return seen;
    }

    private void BeginWith(Image picture)
    {
        Imaging.Morphology(picture, _opened, Morphology.Close, Odd(CloseLengths), round: false);
        _background.Begin(_opened);
        picture.Pixels.CopyTo(_previous.Pixels);
        _mask.Pixels.Clear();
        _guard.Pixels.Clear();
        _finder.Begin();
        _heading.Begin();
        (_share, _wasFound, _begun) = (FirstShare, false, true);
    }

    private MouseObservation Describe(in Blob body, double elapsed)
    {
        // The limit between mouse and shadow lies halfway between the mouse's own darkness and the floor's brightness.
        double own = _background.MeanShare(_picture, _blobs.Labels, body.Label);
        _share += ShareGain * (Math.Clamp((own + 1) / 2, LeastShare, MostShare) - _share);
        (double X, double Y) velocity = _wasFound && elapsed > 0 ? ((body.X - _lastX) / elapsed, (body.Y - _lastY) / elapsed) : default;
        _heading.Update(body, Tail(body), velocity);
        (_lastX, _lastY) = (body.X, body.Y);
        return new MouseObservation(true, ((body.X + 0.5) / _scale) - 0.5, ((body.Y + 0.5) / _scale) - 0.5, _heading.Direction.X, _heading.Direction.Y, body.Area / (_scale * _scale));
    }

    // What is faintly dark, thin, and hangs together with the body: the tail. Shadows and reflections in a wall are broad.
    private (double X, double Y) Tail(in Blob body)
    {
        _background.Mark(_picture, TailShare, TailNoise, _faint);
        Imaging.Morphology(_faint, _broad, Morphology.Open, Odd(OpenLengths), round: true);
        Imaging.Morphology(_broad, _near, Morphology.Dilate, Odd(NearLengths), round: false);
        _wholes.Find(_faint, body.Area / 2);
        byte own = LabelUnder(body);
        double reach = TailLengths * _length, sumX = 0, sumY = 0;
        int count = 0;
        for (int y = Math.Max(0, (int)(body.Y - reach)); y < Math.Min(_faint.Height, body.Y + reach); y++)
        {
            ReadOnlySpan<byte> whole = _wholes.Labels.Row(y), near = _near.Row(y);
            for (int x = Math.Max(0, (int)(body.X - reach)); x < Math.Min(_faint.Width, body.X + reach); x++)
            {
                if (whole[x] != own || near[x] != 0) continue;
                sumX += x - body.X;
                sumY += y - body.Y;
                count++;
            }
        }

        return own == 0 || count < _length / 8 ? default : (sumX / count, sumY / count);
    }

    private byte LabelUnder(in Blob body)
    {
        int first = _blobs.Labels.Pixels.IndexOf(body.Label); // what is clearly dark is faintly dark, too
        return first < 0 ? (byte)0 : _wholes.Labels.Pixels[first];
    }

    // Where the background must not follow: the mouse with its tail and a margin. While no mouse is found, everything that could be one.
    private void Guard(in Blob body)
    {
        Imaging.Morphology(_mask, _guard, Morphology.Dilate, Odd(GuardLengths), round: false);
        if (body.Label == 0) return;
        double reach = TailLengths * _length;
        for (int y = 0; y < _guard.Height; y++)
        {
            Span<byte> row = _guard.Row(y);
            int from = (int)Math.Clamp(body.X - reach, 0, row.Length), to = (int)Math.Clamp(body.X + reach, 0, row.Length);
            if (Math.Abs(y - body.Y) > reach) from = to = 0;
            row[..from].Clear();
            row[to..].Clear();
        }
    }

    private int Odd(double lengths) => (2 * Math.Max(1, (int)Math.Round(lengths * _length / 2))) + 1;

    private static void Invert(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)~pixels[i];
    }
}
