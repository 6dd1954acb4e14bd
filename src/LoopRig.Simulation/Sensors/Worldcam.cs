using LoopRig.Core;
using LoopRig.Simulation.Body;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Sensors;

/// <summary>
/// The head-mounted camera: grey frames of what lies before the right eye, with the noise of a small sensor. An interlaced one exposes rows 0, 2, 4 ... first and
/// the others half a frame later, and hands both over as one frame with the time of the first.
/// </summary>
internal sealed class Worldcam : Sensor
{
    private const float Exposure = 1.4f;
    private const float NoiseLevels = 1.5f;
    private const int NoiseMask = 0xFFFF;

    private readonly Lens _lens;
    private readonly RayCaster _caster;
    private readonly SeededRandom _random;
    private readonly bool _interlaced;
    private readonly float[] _luminance;
    private readonly byte[] _frame;
    private readonly float[] _noise = new float[NoiseMask + 1];
    private long _firstFieldNs;

    public Worldcam(int stream, MouseOptions options, Arena arena, DeviceClock clock) : base(stream, Period(options.WorldcamRateHz), clock)
    {
        _lens = new Lens(options.WorldcamHeight, options.WorldcamWidth, options.WorldcamFieldDeg / options.WorldcamWidth);
        _caster = new RayCaster(arena);
        _random = new SeededRandom(options.SessionSeed, "worldcam");
        _interlaced = options.WorldcamInterlaced;
        _luminance = new float[_lens.Height * _lens.Width];
        _frame = new byte[_luminance.Length];
        for (int at = 0; at < _noise.Length; at++)
            _noise[at] = (float)_random.Normal(0, NoiseLevels) + 0.5f;
    }

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        _caster.Render(HeadFrame.Camera(scene.Mouse.At(NextNs)), _lens, _luminance);
        int field = _interlaced ? (int)(Index & 1) : 0;
        // A stretch of one long record of noise, begun anywhere: drawing 4800 normals a frame would cost as much as the view.
        int at = (int)_random.NextBits() & NoiseMask;
        for (int row = field; row < _lens.Height; row += _interlaced ? 2 : 1)
        {
            for (int pixel = row * _lens.Width; pixel < (row + 1) * _lens.Width; pixel++)
                _frame[pixel] = (byte)Math.Clamp(_luminance[pixel] * (255 * Exposure) + _noise[(at + pixel) & NoiseMask], 0, 255);
        }
        if (field == 0)
            _firstFieldNs = Shows(startNs);
        if (!_interlaced || field == 1)
            Publish(output, Stream, DType.U8, [_lens.Height, _lens.Width], _firstFieldNs, hostNs, _frame);
        Next();
    }
}
