using System.Runtime.InteropServices;

namespace LoopRig.Native.Glfw;

/// <summary>GLFWvidmode.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GlfwVideoMode
{
    internal int Width, Height, RedBits, GreenBits, BlueBits, RefreshRate;
}
