using System.Text;

namespace LoopRig.Recording;

/// <summary>Between a topic's bytes and a stream's name.</summary>
internal static class RecordedTopic
{
    /// <summary>The stream's name: the topic without its terminator.</summary>
    public static string Name(ReadOnlySpan<byte> topic) => Encoding.ASCII.GetString(topic.TrimEnd((byte)0));
}
