namespace LoopRig.Native.Tests.V4l2;

/// <summary>A camera that a test plays. What it is set to is read and written by the driver's requests.</summary>
internal sealed class FakeCamera
{
    internal const uint Grey = 0x59455247;
    internal const uint Yuyv = 0x56595559;
    internal const uint Mjpeg = 0x47504A4D;

    internal string Card { get; set; } = "Fake Camera";

    internal uint Capabilities { get; set; } = 0x0400_0001; // capture, streaming

    internal List<uint> Formats { get; } = [Grey];

    /// <summary>The one size that it has.</summary>
    internal (int Width, int Height) Size { get; set; } = (32, 16);

    internal uint Field { get; set; } = 1;

    internal bool IsMonotonic { get; set; } = true;

    internal bool StampsStart { get; set; }

    /// <summary>The only frame rate that it can do.</summary>
    internal uint RateHz { get; set; } = 30;

    /// <summary>Controls by number: least, greatest and present value.</summary>
    internal Dictionary<uint, (int Minimum, int Maximum, int Value)> Controls { get; } = [];

    /// <summary>Controls that it answers with an error when they are set.</summary>
    internal HashSet<uint> Refused { get; } = [];

    /// <summary>The errno of an attempt to open it; 0: it opens.</summary>
    internal int OpenError { get; set; }

    /// <summary>The errno of an attempt to set its format: another program streams from it.</summary>
    internal int FormatError { get; set; }

    /// <summary>The errno of an attempt to start its stream.</summary>
    internal int StartError { get; set; }

    internal bool IsUnplugged { get; set; }

    internal uint ChosenFormat { get; set; }

    internal Queue<FakeFrame> Frames { get; } = new();

    /// <summary>Bytes of a frame of its size, as its first format packs them.</summary>
    internal int FrameBytes => Size.Width * Size.Height * (Formats[0] == Grey ? 1 : 2);
}

/// <summary>A frame as the driver hands it out.</summary>
internal sealed record FakeFrame(byte[] Bytes, long TimeNs, uint Sequence, bool IsDamaged = false);
