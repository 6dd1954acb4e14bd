using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Streams what a processor makes of the frames of a video file, a network stream or a camera. With <see cref="VideoOptions"/> that is one canonical stream and
/// its smaller derived ones.
/// </summary>
public sealed class VideoAdapter : IAdapter, IRecordsVideo
{
    private readonly IFrameSource _source;
    private readonly IStreamProcessor _processor;

    /// <summary>Opens the source, and makes pictures of its frames.</summary>
    /// <exception cref="DeviceException">It cannot be opened or decoded, the crop does not lie in it, or a derived size is not positive.</exception>
    public VideoAdapter(VideoOptions options) : this(options, (frames, fields) => new PictureProcessor(options, frames, fields))
    {
    }

    /// <summary>Opens the source, and makes of its frames what a processor makes of them.</summary>
    /// <param name="source">Where the frames come from.</param>
    /// <param name="create">Makes the processor of the frames' descriptor and of their fields. The adapter disposes it.</param>
    /// <exception cref="DeviceException">The source cannot be opened, or the processor refuses its frames.</exception>
    public VideoAdapter(VideoSourceOptions source, Func<StreamDescriptor, FieldOrder, IStreamProcessor> create)
        : this(source, FrameSource.Open(source), create)
    {
    }

    internal VideoAdapter(VideoSourceOptions options, IFrameSource source, Func<StreamDescriptor, FieldOrder, IStreamProcessor> create)
    {
        (Name, _source, WantsVideo) = (options.Name, source, options.RawVideo);
        try
        {
            _processor = create(source.Frames, source.FieldOrder);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams => _processor.Streams;

    /// <summary>Frames that were damaged, of another size, or dropped by the camera's driver.</summary>
    public long Drops => _source.Drops;

    /// <summary>What a camera rounded or refused of its settings, a sentence each.</summary>
    public IReadOnlyList<string> Remarks => _source.Remarks;

    /// <inheritdoc/>
    public bool WantsVideo { get; }

    /// <inheritdoc/>
    public double VideoBytesPerSecond => _source.Frames.SampleBytes * _source.Frames.RateHz;

    /// <inheritdoc/>
    public void RecordVideoInto(string folder) => _source.RecordInto(folder);

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop) => _source.Run(_processor, output, stop);

    /// <summary>Closes the source, and ends the raw video.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _processor.Dispose();
    }
}
