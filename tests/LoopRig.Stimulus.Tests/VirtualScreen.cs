using System.Diagnostics;
using Xunit;

namespace LoopRig.Stimulus.Tests;

/// <summary>An X server without a screen (Xvfb), for tests with a real window; skips where there is none. GLFW reads DISPLAY once for each first window.</summary>
public sealed class VirtualScreen : IDisposable
{
    private readonly Process? _server;
    private readonly string? _before = Environment.GetEnvironmentVariable("DISPLAY");
    private readonly string? _why;

    public VirtualScreen()
    {
        try
        {
            var start = new ProcessStartInfo("Xvfb") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in new[] { "-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp" })
            {
                start.ArgumentList.Add(argument);
            }
            _server = Process.Start(start)!;
            _server.BeginErrorReadLine();
            var display = _server.StandardOutput.ReadLine(); // the server writes its number when it is ready
            _why = display is null ? "Xvfb does not start" : null;
            SetDisplay($":{display}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            _why = "no Xvfb: install the package xvfb";
        }
    }

    public void SkipWithout() => Assert.SkipWhen(_why is not null, _why ?? "");

    public void Dispose()
    {
        if (_server is null)
        {
            return;
        }
        SetDisplay(_before);
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }

    // GLFW asks the C library, whose environment .NET copies once and no longer touches.
    private static void SetDisplay(string? name)
    {
        Environment.SetEnvironmentVariable("DISPLAY", name);
        _ = name is null ? LibC.unsetenv("DISPLAY") : LibC.setenv("DISPLAY", name, 1);
    }

    private static class LibC
    {
#pragma warning disable SYSLIB1054, CA2101, IDE1006 // two calls of a test
        [System.Runtime.InteropServices.DllImport("libc")]
        internal static extern int setenv(string name, string value, int overwrite);

        [System.Runtime.InteropServices.DllImport("libc")]
        internal static extern int unsetenv(string name);
#pragma warning restore SYSLIB1054, CA2101, IDE1006
    }
}
