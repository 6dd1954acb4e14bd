namespace LoopRig.Torch.Formats;

/// <summary>One array of a safetensors header; begin and end count from the first byte behind the header.</summary>
internal readonly record struct SafetensorsEntry(string Name, ArrayType Type, long[] Shape, long Begin, long End);
