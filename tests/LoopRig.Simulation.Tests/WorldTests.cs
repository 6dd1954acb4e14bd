using LoopRig.Core;
using LoopRig.Simulation.Body;
using LoopRig.Simulation.World;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class WorldTests
{
    private static readonly Arena s_arena = new(3);

    [Fact]
    public void CloudTexture_EachOctave_HasAboutTheSameContrast()
    {
        Texture texture = TextureSynthesis.Draw(new SeededRandom(4, "cloud"), TextureStyle.Cloud, 512, 512, 0.5, 0.3, 0);
        // Difference of box means over neighbouring squares: an octave band; 1/f amplitude means equal variance in each.
        double[] octaves = [.. new[] { 4, 8, 16, 32 }.Select(size => Band(texture, size))];
        Assert.All(octaves, octave => Assert.InRange(octave / octaves.Average(), 0.5, 1.7));
    }

    [Fact]
    public void Render_WhenTheEyeTurnsRight_MovesTheSceneLeft()
    {
        // 6 degrees are 3 columns of this lens, whose rows near the middle turn almost rigidly.
        var state = new MouseState { X = 30, Y = 30, Yaw = 0.4, PupilRadius = 18 };
        float[] straight = View(state), turned = View(state with { Theta = -6 });       // temporal, to the animal's right
        Assert.True(RowCorrelation(straight, turned, 3) > 0.98);
        Assert.True(RowCorrelation(straight, turned, 3) > RowCorrelation(straight, turned, -3));
    }

    [Fact]
    public void Render_NoseUp_SeesLessFloor()
    {
        var state = new MouseState { X = 30, Y = 30, Yaw = 1 };
        ViewPose up = HeadFrame.Camera(state with { Pitch = 20 }), down = HeadFrame.Camera(state with { Pitch = -20 });
        Assert.True(up.Axis.Z > down.Axis.Z);
    }

    [Fact]
    public void Camera_RightEarDown_TurnsClockwiseAndLooksLower()
    {
        var state = new MouseState { X = 30, Y = 30 };
        ViewPose level = HeadFrame.Camera(state), rolled = HeadFrame.Camera(state with { Roll = 20 });
        Assert.True(rolled.Axis.Z < level.Axis.Z);
        Assert.True(rolled.Right.Z < level.Right.Z);
    }

    [Fact]
    public void Camera_NoseUp_TurnsClockwise()
    {
        // The axis points to the animal's right: raising the nose lowers what lies towards its back, the right side of the image.
        var state = new MouseState { X = 30, Y = 30 };
        Assert.True(HeadFrame.Camera(state with { Pitch = 20 }).Right.Z < HeadFrame.Camera(state).Right.Z);
    }

    [Fact]
    public void Render_AnyPose_StaysWithinLight()
    {
        var mouse = new Mouse(s_arena, 8);
        var lens = new Lens(30, 40, 2.75);
        var image = new float[1200];
        var caster = new RayCaster(s_arena);
        for (long time = 0; time < 60_000_000_000; time += 400_000_000)
        {
            caster.Render(HeadFrame.Camera(mouse.At(time)), lens, image);
            Assert.All(image, light => Assert.InRange(light, 0, 1.3f));
        }
    }

    [Fact]
    public void TextureSample_AtTexelCentres_IsTheTexel()
    {
        var texture = new Texture([0f, 0.2f, 0.4f, 1f], 2, 2);
        Assert.Equal(0.2f, texture.Sample(1.5f, 0.5f, 1), 0.003f);
        Assert.Equal(1f, texture.Sample(1.5f, 1.5f, 1), 0.003f);
        Assert.Equal(0.4f, texture.Sample(0.7f, 0.2f, 8), 0.003f);
    }

    private static float[] View(MouseState state)
    {
        var lens = new Lens(20, 60, 2);
        var image = new float[1200];
        new RayCaster(s_arena).Render(HeadFrame.Eye(state), lens, image);
        return image;
    }

    // Middle rows, the second image read so many columns further left.
    private static double RowCorrelation(float[] first, float[] second, int left)
    {
        var a = new List<float>();
        var b = new List<float>();
        for (int row = 9; row < 11; row++)
        {
            for (int column = 15; column < 45; column++)
            {
                a.Add(first[row * 60 + column]);
                b.Add(second[row * 60 + column - left]);
            }
        }
        return Core.Correlation.Pearson([.. a], [.. b]);
    }

    private static double Band(Texture texture, int size)
    {
        double sum = 0;
        int count = 0;
        for (int row = 0; row + 2 * size <= 512; row += size)
        {
            for (int column = 0; column + 2 * size <= 512; column += size)
            {
                double difference = Mean(texture, row, column, size) - Mean(texture, row, column + size, size);
                sum += difference * difference;
                count++;
            }
        }
        return sum / count;
    }

    private static double Mean(Texture texture, int row, int column, int size)
    {
        double sum = 0;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
                sum += texture.Sample(column + x + 0.5f, row + y + 0.5f, 1);
        }
        return sum / (size * size);
    }
}
