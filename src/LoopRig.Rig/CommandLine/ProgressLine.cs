using LoopRig.Core;

namespace LoopRig.Rig.CommandLine;

/// <summary>
/// Shows how far a long piece of work is: one line that is rewritten on a terminal, a plain line every few seconds elsewhere. Disposing ends the line.
/// </summary>
/// <param name="title">What it is.</param>
/// <param name="plain">Plain lines on a terminal too: where something else writes lines meanwhile.</param>
internal sealed class ProgressLine(string title, bool plain = false) : IDisposable
{
    private const long TerminalEveryNs = 100 * RigClock.MillisecondNs;
    private const long PlainEveryNs = 5 * RigClock.SecondNs;
    private readonly bool _terminal = !plain && !Console.IsErrorRedirected;
    private readonly long _startedNs = RigClock.Now;
    private long _shownNs = long.MinValue / 2;
    private int _width;

    /// <summary>Shows the share that is done, 0 to 1, and what else there is to say.</summary>
    public void Report(double share, string detail, TimeSpan? remaining = null)
    {
        var now = RigClock.Now;
        if (now - _shownNs < (_terminal ? TerminalEveryNs : PlainEveryNs))
        {
            return;
        }
        _shownNs = now;
        var left = remaining ?? TimeSpan.FromSeconds(share > 0 ? (now - _startedNs) / 1e9 * (1 - share) / share : 0);
        Write(FormattableString.Invariant($"{title}: {100 * Math.Clamp(share, 0, 1),3:F0} %  {detail}  {(share > 0.01 ? $"about {Math.Ceiling(left.TotalSeconds):F0} s left" : "")}"));
    }

    /// <summary>Shows the last line, which stays.</summary>
    public void Done(string detail)
    {
        Write(FormattableString.Invariant($"{title}: {detail} ({(RigClock.Now - _startedNs) / 1e9:F1} s)"));
    }

    /// <summary>Ends the line.</summary>
    public void Dispose()
    {
        if (_terminal)
        {
            Console.Error.WriteLine();
        }
    }

    private void Write(string line)
    {
        if (_terminal)
        {
            Console.Error.Write('\r' + line.PadRight(_width));
            _width = line.Length;
        }
        else
        {
            Console.Error.WriteLine(line.TrimEnd());
        }
    }
}
