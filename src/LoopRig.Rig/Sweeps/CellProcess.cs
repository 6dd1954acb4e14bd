using System.Diagnostics;

namespace LoopRig.Rig.Sweeps;

/// <summary>The process of one cell.</summary>
internal sealed class CellProcess
{
    private const int LinesKept = 5;
    private const int GraceMs = 20_000;
    private readonly Process _process;
    private readonly Queue<string> _errors = [];
    private volatile string _words = "starts";

    /// <summary>Starts it.</summary>
    public CellProcess(string folder)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "LoopRig.Rig.dll");
        var start = new ProcessStartInfo("dotnet", [program, CommandLine.SweepVerb.CellName, folder]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // OpenBLAS and OpenMP would take every processor for each of the cells.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _words = line.Data ?? _words;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>With what code.</summary>
    public int ExitCode { get; private set; }

    /// <summary>How far it says it is.</summary>
    public string Words => _words;

    /// <summary>The last lines of its errors.</summary>
    public string LastWords
    {
        get
        {
            lock (_errors)
            {
                return string.Join(" | ", _errors);
            }
        }
    }

    /// <summary>Ends it: asked first, so that it writes a checkpoint.</summary>
    public void End()
    {
        if (!_process.HasExited)
        {
            using (Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
            }
            if (!_process.WaitForExit(GraceMs))
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.WaitForExit();
        ExitCode = _process.ExitCode;
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > LinesKept)
            {
                _errors.Dequeue();
            }
        }
    }
}
