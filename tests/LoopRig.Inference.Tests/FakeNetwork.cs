using LoopRig.Core;

namespace LoopRig.Inference.Tests;

/// <summary>
/// A network of known function: unit u predicts image mean + 10 * speed + 100 * u + 1000 * (steps since the last reset), or what <see cref="PerStep"/> says in place of the 1000. Its steps can be held up and spoilt.
/// </summary>
internal sealed class FakeNetwork(string name = "fake", int units = 4, int height = 6, int width = 8, double bias = 0) : IFrozenNetwork
{
    private readonly float[] _image = new float[height * width];
    private readonly float[] _behaviour = new float[1];
    private readonly float[] _output = new float[units];
    private int _steps;

    public string Name { get; } = name;
    public string Hash { get; init; } = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name + units))).ToLowerInvariant();
    public IReadOnlyList<InputSpec> Inputs { get; init; } =
    [
        new InputSpec { Name = "image", Kind = InputKind.Image, Height = height, Width = width },
        new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = ["speed"] },
    ];
    public IReadOnlyList<string> UnitIds { get; init; } = [.. Enumerable.Range(0, units).Select(u => $"unit{u}")];
    public int Units { get; } = units;
    public int WarmUpSteps { get; init; } = 2;
    public int PredictionOffsetBins { get; init; }
    public double PerStep { get; init; } = 1000;
    public bool Disposed { get; private set; }
    public bool Spoilt { get; set; }
    public int TotalSteps { get; private set; }
    public ManualResetEventSlim? Gate { get; set; }
    public ReadOnlySpan<float> Output => _output;

    public Span<float> Input(int index) => index == 0 ? _image : _behaviour;

    public void Run()
    {
        Gate?.Wait(TimeSpan.FromSeconds(30));
        _steps++;
        TotalSteps++;
        var sum = 0f;
        foreach (var pixel in _image)
        {
            sum += pixel;
        }
        for (var u = 0; u < _output.Length; u++)
        {
            _output[u] = Spoilt ? float.NaN : (float)(bias + sum / _image.Length + 10 * _behaviour[0] + 100 * u + PerStep * _steps);
        }
    }

    public static float Expected(float pixel, float speed, int unit, int steps, double bias = 0) => (float)(bias + pixel / 255f + 10 * speed + 100 * unit + 1000 * steps);

    public void ResetState() => _steps = 0;

    public void Dispose() => Disposed = true;
}
