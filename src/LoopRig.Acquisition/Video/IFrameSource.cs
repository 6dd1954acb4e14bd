using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>Where frames come from: a video file, a network stream, a camera.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Its whole frames as they come: (H,W) grey or (H,W,3), their rate and clock. The stream itself is not published.</summary>
    StreamDescriptor Frames { get; }

    /// <summary>Whether the frames are two fields each. Their time is then the first field's.</summary>
    FieldOrder FieldOrder { get; }

    /// <summary>Frames that are known to be lost: damaged, of another size, or dropped by the driver.</summary>
    long Drops { get; }

    /// <summary>What a camera rounded or refused of its settings, a sentence each.</summary>
    IReadOnlyList<string> Remarks => [];

    /// <summary>Records every frame, as it comes, into a lossless video and a list of times in this folder. Before <see cref="Run"/>.</summary>
    /// <exception cref="DataFileException">The files cannot be created.</exception>
    void RecordInto(string folder);

    /// <summary>Hands every frame to the processor, until the stop or the end of a file that does not loop. A device that fails is reported and opened again.</summary>
    /// <exception cref="DeviceException">A file cannot be read.</exception>
    void Run(IStreamProcessor processor, IStreamOutput output, CancellationToken stop);
}
