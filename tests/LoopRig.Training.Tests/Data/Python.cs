using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LoopRig.Training.Tests;

/// <summary>The Python of the distribution, as another producer and reader of files.</summary>
internal static class Python
{
    internal static bool IsAvailable { get; } = File.Exists("/usr/bin/python3") && Run("import numpy, PIL.Image", []).ExitCode == 0;

    /// <summary>A picture of an archive as PIL decodes it, resized by area: (3, H, W) of 0..1.</summary>
    internal static float[] Decode(string archive, string name, int size)
    {
        (int code, byte[] bytes) = Run(
            """
            import io, sys, zipfile, numpy, PIL.Image
            archive, name, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
            picture = numpy.asarray(PIL.Image.open(io.BytesIO(zipfile.ZipFile(archive).read(name))), dtype=numpy.float32) / 255
            step = picture.shape[0] // size
            picture = picture.reshape(size, step, size, step, 3).mean(axis=(1, 3)).transpose(2, 0, 1)
            sys.stdout.buffer.write(numpy.ascontiguousarray(picture, dtype=numpy.float32).tobytes())
            """, [archive, name, $"{size}"]);
        return code == 0 ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : throw new InvalidOperationException($"python ended with {code}");
    }

    /// <summary>Runs a program of the distribution's Python.</summary>
    internal static (int ExitCode, byte[] Output) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return (process.ExitCode, output.ToArray());
    }
}
