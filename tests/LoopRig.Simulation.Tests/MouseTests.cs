using LoopRig.Simulation.Body;
using LoopRig.Simulation.World;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class MouseTests
{
    private const long StepNs = 20_000_000;
    private static readonly Lazy<MouseState[]> s_tenMinutes = new(() =>
    {
        var mouse = new Mouse(new Arena(2), 2);
        return [.. Enumerable.Range(0, 30000).Select(step => mouse.At(step * StepNs))];
    });

    [Fact]
    public void At_ForTenMinutes_VisitsTheWholeArena()
    {
        MouseState[] states = s_tenMinutes.Value;
        Assert.All(states, state => Assert.True(state.X is > 2 and < 58 && state.Y is > 2 and < 43));
        int cells = states.Select(state => ((int)state.X / 12, (int)state.Y / 15)).Distinct().Count();
        Assert.Equal(15, cells);
    }

    [Fact]
    public void Speed_OverTime_RunsAndRestsInBouts()
    {
        MouseState[] states = s_tenMinutes.Value;
        Assert.InRange(states.Count(state => state.Speed > 2) / (double)states.Length, 0.2, 0.7);
        Assert.InRange(states.Max(state => state.Speed), 15, 40);
        int onsets = states.Zip(states.Skip(1)).Count(pair => pair.First.Speed <= 2 && pair.Second.Speed > 2);
        Assert.InRange(onsets, 40, 300);
    }

    [Fact]
    public void Eye_BetweenSaccades_TurnsAgainstTheHead()
    {
        MouseState[] states = s_tenMinutes.Value;
        var head = new List<float>();
        var eye = new List<float>();
        for (int step = 1; step < states.Length; step++)
        {
            double thetaRate = (states[step].Theta - states[step - 1].Theta) / (StepNs / 1e9), yawRate = (states[step].Yaw - states[step - 1].Yaw) / (StepNs / 1e9) * 180 / Math.PI;
            if (Math.Abs(thetaRate + yawRate) > 60 || Math.Abs(yawRate) < 5)
                continue;
            head.Add((float)yawRate);
            eye.Add((float)thetaRate);
        }
        // Theta is nasal, to the left, positive as yaw is: compensation is a negative slope.
        Assert.True(Core.Correlation.Pearson([.. head], [.. eye]) < -0.9);
    }

    [Fact]
    public void Eye_WhileExploring_MakesASaccadeOrTwoASecond()
    {
        var mouse = new Mouse(new Arena(2), 2);
        mouse.At(120_000_000_000);
        Assert.InRange(mouse.Saccades / 120.0, 0.4, 3);
    }

    [Fact]
    public void Eye_Tilt_IsPartlyCompensatedInElevationAndTorsion()
    {
        MouseState[] states = s_tenMinutes.Value;
        double head = 0, gaze = 0;
        foreach (MouseState state in states)
        {
            head += Math.Pow(HeadFrame.Camera(state).Right.Z - HeadFrame.Camera(state with { Pitch = 0, Roll = 0 }).Right.Z, 2);
            gaze += Math.Pow(HeadFrame.Eye(state with { Theta = 0, Phi = 0 }).Right.Z, 2);
        }
        Assert.True(gaze < 0.4 * head);
    }

    [Fact]
    public void Pupil_OverTime_FollowsArousal()
    {
        MouseState[] states = s_tenMinutes.Value;
        Assert.True(Core.Correlation.Pearson([.. states.Select(state => (float)state.Arousal)], [.. states.Select(state => (float)state.PupilRadius)]) > 0.7);
    }

    [Fact]
    public void Pupil_InBrightLight_Shrinks()
    {
        var dim = new Mouse(new Arena(2), 2) { Luminance = 0.2 };
        var bright = new Mouse(new Arena(2), 2) { Luminance = 0.7 };
        Assert.True(dim.At(10_000_000_000).PupilRadius > bright.At(10_000_000_000).PupilRadius + 3);
    }
}
