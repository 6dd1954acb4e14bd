using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>What was seen in one frame of an eye.</summary>
/// <param name="Found">a pupil was; else the ellipse means nothing</param>
/// <param name="Pupil">its outline, px</param>
/// <param name="Confidence">the part of the outline that lies on an edge of the picture, 0 to 1</param>
/// <param name="Blink">nothing in the picture is as dark and large as a pupil</param>
/// <param name="ReflectionX">the corneal reflection's centre, px from the left; NaN where there is none near the pupil</param>
/// <param name="ReflectionY">the corneal reflection's centre, px from the top</param>
public readonly record struct PupilObservation(bool Found, Ellipse Pupil, double Confidence, bool Blink, double ReflectionX, double ReflectionY);
