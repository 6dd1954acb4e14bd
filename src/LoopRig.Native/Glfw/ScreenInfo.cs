namespace LoopRig.Native.Glfw;

/// <summary>A monitor that is plugged in, in the mode it runs in.</summary>
/// <param name="Name">As the system calls it.</param>
/// <param name="Width">Columns, px.</param>
/// <param name="Height">Rows, px.</param>
/// <param name="RefreshHz">Flips a second, rounded by the system; 0 unknown.</param>
public sealed record ScreenInfo(string Name, int Width, int Height, int RefreshHz);
