using System.IO.Compression;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Training.Tests;

/// <summary>An image set of one session "a" with two units, on disk.</summary>
internal sealed class ToyImages : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-images-").FullName;

    internal ToyImages(int images, (int First, int Second)? same = null)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        Directory.CreateDirectory(Path.Combine(_folder, "responses"));
        var random = new Random(5);
        string picture = Path.Combine(_folder, "picture.jpg");
        using (ZipArchive archive = ZipFile.Open(Pictures, ZipArchiveMode.Create))
        {
            var seen = new List<byte[]>();
            for (int image = 0; image < images; image++)
            {
                var pixels = new Image(16, 16, 3);
                random.NextBytes(pixels.Pixels);
                Imaging.Write(picture, pixels);
                byte[] bytes = image == same?.Second ? seen[same.Value.First] : File.ReadAllBytes(picture);
                seen.Add(bytes);
                using Stream stream = archive.CreateEntry($"image{image + 1:D4}.jpg").Open();
                stream.Write(bytes);
            }
        }
        File.Delete(picture);
        NpyFile.Write(Responses, new double[2 * images], 2, images);
    }

    internal string Pictures => Path.Combine(_folder, "images", "images_a.zip");

    internal string Responses => Path.Combine(_folder, "responses", "responses_a.npy");

    internal ImagesConfig Config => new() { Folder = _folder };

    internal SessionData Open() => Config.Open([new InputSpec { Name = "image", Kind = InputKind.Image, Channels = 3, Height = 8, Width = 8 }])[0];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
