using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Stimulus.Export;

/// <summary>Where exported frames go.</summary>
internal abstract class FrameSink : IDisposable
{
    /// <summary>The file, or the folder of files.</summary>
    public required string Path { get; init; }

    /// <summary>Takes the next frame.</summary>
    public abstract void Add(int frame, Image image);

    public abstract void Dispose();

    /// <summary>Opens one; null where no frames are kept.</summary>
    public static FrameSink? Open(ExportFormat format, string folder, int width, int height, double rateHz) => format switch
    {
        ExportFormat.Png => new PngSink(Directory.CreateDirectory(System.IO.Path.Combine(folder, "frames")).FullName),
        ExportFormat.Npy => new NpySink(System.IO.Path.Combine(folder, "frames.npy"), height, width),
        ExportFormat.Video => new VideoSink(System.IO.Path.Combine(folder, "frames.mkv"), width, height, rateHz),
        _ => null,
    };

    private sealed class PngSink : FrameSink
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public PngSink(string folder) => Path = folder;

        public override void Add(int frame, Image image) => Imaging.Write(System.IO.Path.Combine(Path, FormattableString.Invariant($"{frame:d6}.png")), image);

        public override void Dispose()
        {
        }
    }

    private sealed class NpySink : FrameSink
    {
        private readonly NpyWriter<byte> _writer;

        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public NpySink(string path, int height, int width) => (Path, _writer) = (path, new NpyWriter<byte>(path, temporary: false, height, width));

        public override void Add(int frame, Image image) => _writer.Append(image.Pixels);

        public override void Dispose() => _writer.Dispose();
    }

    private sealed class VideoSink : FrameSink
    {
        private readonly VideoWriter _writer;
        private readonly double _rateHz;

        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public VideoSink(string path, int width, int height, double rateHz) =>
            (Path, _rateHz, _writer) = (path, rateHz, new VideoWriter(path, width, height, 1, rateHz, FieldOrder.Progressive));

        public override void Add(int frame, Image image) => _writer.Write(image, (long)(frame * 1e9 / _rateHz));

        public override void Dispose() => _writer.Dispose();
    }
}
