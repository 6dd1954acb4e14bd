namespace LoopRig.Native.Tests.V4l2;

/// <summary>An open played camera: the buffers that wait for a frame, and those that hold one.</summary>
internal sealed record FakeStream(FakeCamera Camera)
{
    internal Queue<int> Free { get; } = new();

    internal Queue<(int Buffer, FakeFrame Frame)> Full { get; } = new();
}
