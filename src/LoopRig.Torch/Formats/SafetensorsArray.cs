using LoopRig.Core;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Torch.Formats;

/// <summary>An array in an open safetensors file. Read by position rather than mapped: a file that shrinks gives an error, not a SIGBUS.</summary>
internal sealed class SafetensorsArray(string path, SafeFileHandle handle, SafetensorsEntry entry, long dataStart)
    : NamedArray(entry.Name, entry.Type, entry.Shape)
{
    private protected override void Fill(Span<byte> destination)
    {
        long position = dataStart + entry.Begin;
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle, destination, position);
            if (read == 0) throw new DataFileException(path, $"ends within array '{Name}'");
            destination = destination[read..];
            position += read;
        }
    }
}
