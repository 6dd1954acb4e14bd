using System.Diagnostics;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>A script of <c>python/</c> as a child process: introduces itself with one line of JSON, then answers one line a command.</summary>
internal sealed class PythonScript : IDisposable
{
    private const string Interpreter = "/usr/bin/python3"; // the one that Debian's python3-torch belongs to
    private readonly Process _process;
    private readonly string _script;

    /// <param name="script">Its file's name.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="threads">How many threads PyTorch may use.</param>
    /// <param name="keepsBlocks">Whether the C library keeps freed blocks, as the trainer tells it to: <see cref="Native.LibC.LargeBlocks"/>.</param>
    /// <exception cref="NotReadyException">Python or python3-torch is missing.</exception>
    public PythonScript(string script, IEnumerable<string> arguments, int threads, bool keepsBlocks = false)
    {
        _script = Path.Combine(AppContext.BaseDirectory, "python", script);
        var start = new ProcessStartInfo(Interpreter, [_script, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // OpenBLAS has threads of its own that PyTorch does not govern: left alone, "one thread" would use them all, and with two they fight over the
        // cores with OpenMP's, both spinning: the slowest steps then take 100 ms. One is the faster choice in both cases.
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        if (keepsBlocks)
        {
            start.Environment["MALLOC_MMAP_MAX_"] = "0";
            start.Environment["MALLOC_TRIM_THRESHOLD_"] = $"{nuint.MaxValue}";
            start.Environment["MALLOC_ARENA_MAX"] = "1";
        }
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new NotReadyException($"{Interpreter} does not start: install python3-torch (apt-get install python3-torch)", exception);
        }
    }

    /// <summary>Gives a command and waits for the answer.</summary>
    public string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    /// <summary>The next line that it writes.</summary>
    /// <exception cref="NotReadyException">It ended.</exception>
    public string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new NotReadyException($"{_script} ended early; its message is above (python3-torch and python3-numpy are needed)");

    public void Dispose()
    {
        _process.StandardInput.Close(); // the script ends at the end of its input
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
