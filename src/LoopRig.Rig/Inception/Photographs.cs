using System.IO.Compression;
using System.Security.Cryptography;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Rig.Inception;

/// <summary>The photographs of a file or folder, read one at a time: thousands of full size have no room in memory. Only arrays and videos stay loaded, which hold several in one file.</summary>
internal sealed class Photographs : IDisposable
{
    private readonly string _path;
    // Each zip is opened once: opening it for each picture would read its whole list each time.
    private readonly List<ZipArchive> _zips = [];
    private readonly ZipArchiveEntry[] _entries = [];
    private readonly IReadOnlyList<(string Name, PictureSource Source, int First)> _sources = [];
    private readonly Dictionary<PictureSource, PictureStack> _stacks = [];

    /// <summary>Looks what is there.</summary>
    /// <param name="path">An image, a folder or zip of images, a folder of zips, or a .npy (N, H, W).</param>
    /// <exception cref="DataFileException">There is nothing, or it is damaged.</exception>
    public Photographs(string path)
    {
        _path = path;
        string[] zips = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.zip").Order(StringComparer.Ordinal)] : Path.GetExtension(path) == ".zip" ? [path] : [];
        if (zips.Length == 0)
        {
            _sources = new PictureFiles().List(path).Sources;
            Count = _sources.Count;
            return;
        }
        try
        {
            foreach (var zip in zips)
            {
                _zips.Add(ZipFile.OpenRead(zip));
            }
            _entries =
            [
                .. _zips.SelectMany(static zip => zip.Entries.Where(static e => Path.GetExtension(e.Name).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg").OrderBy(static e => e.FullName, StringComparer.Ordinal)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Dispose();
            throw new DataFileException(path, e.Message, e);
        }
        Count = _entries.Length;
    }

    /// <summary>How many, those counted that are there more than once.</summary>
    public int Count { get; }

    /// <summary>The same for two photographs whose files are the same, byte for byte.</summary>
    /// <exception cref="DataFileException">It cannot be read.</exception>
    public string Identity(int photograph, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return Reading(() => _entries.Length > 0 ? FormattableString.Invariant($"{_entries[photograph].Crc32:x8} {_entries[photograph].Length}")
            : Convert.ToHexString(_sources[photograph].Source is ImageFileSource image ? SHA256.HashData(File.ReadAllBytes(image.Path)) : SHA256.HashData(Stack(photograph, stop).Picture(_sources[photograph].First))));
    }

    /// <summary>One photograph, grey.</summary>
    /// <exception cref="DataFileException">It cannot be read.</exception>
    public Image Read(int photograph, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return Reading(() =>
        {
            if (_entries.Length > 0)
            {
                var bytes = new byte[_entries[photograph].Length];
                using var stream = _entries[photograph].Open();
                stream.ReadExactly(bytes);
                return Imaging.Decode(bytes, grey: true);
            }
            var stack = Stack(photograph, stop);
            var read = new Image(stack.Width, stack.Height, 1);
            stack.Picture(_sources[photograph].First).CopyTo(read.Pixels);
            return read;
        });
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var zip in _zips)
        {
            zip.Dispose();
        }
    }

    private PictureStack Stack(int photograph, CancellationToken stop)
    {
        var source = _sources[photograph].Source;
        if (!_stacks.TryGetValue(source, out var stack))
        {
            stack = PictureStack.Load(source, stop);
            if (stack.Count > 1)
            {
                _stacks.Add(source, stack);
            }
        }
        return stack;
    }

    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or DeviceException)
        {
            throw new DataFileException(_path, e.Message, e);
        }
    }
}
