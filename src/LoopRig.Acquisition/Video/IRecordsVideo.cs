using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>An adapter that can write its frames, as they come, into a lossless video.</summary>
public interface IRecordsVideo
{
    /// <summary>Whether the configuration asks for it.</summary>
    bool WantsVideo { get; }

    /// <summary>Bytes of whole frames a second: the most that the video takes, as its code only makes it smaller. 0: the source's rate is not known.</summary>
    double VideoBytesPerSecond { get; }

    /// <summary>Writes the video and the list of its times into this folder, which exists. Called once, before the adapter runs.</summary>
    /// <exception cref="DataFileException">The files cannot be created.</exception>
    void RecordVideoInto(string folder);
}
