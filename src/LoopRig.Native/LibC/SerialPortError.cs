using System.Runtime.InteropServices;

namespace LoopRig.Native.LibC;

/// <summary>Why a serial port cannot be opened, in words that say what to do.</summary>
internal static class SerialPortError
{
    internal const int Busy = 16; // EBUSY
    private const int NoEntry = 2;
    private const int InputOutput = 5;
    private const int NoAddress = 6;
    private const int Denied = 13;
    private const int NoDevice = 19;
    private const int IsFolder = 21;
    private const int Invalid = 22;
    private const int NoTerminal = 25;

    internal const int ThisFolder = -100;   // AT_FDCWD
    internal const int StatusLength = 256;  // struct statx
    private const uint BasicStatus = 0x7ff; // STATX_BASIC_STATS
    private const int GroupAt = 24;         // stx_gid
    private const int ModeAt = 28;          // stx_mode

    internal static string Explain(string path, int error) => error switch
    {
        NoEntry => $"there is no such device; is it plugged in? {Present()}",
        Denied => ExplainDenied(path),
        Busy => $"another program has it open{Holder(path)}; close that first",
        NoTerminal or IsFolder or Invalid => "it is no serial port",
        InputOutput or NoAddress or NoDevice => "no device answers behind it; is it plugged in?",
        _ => $"could not be opened: {Marshal.GetPInvokeErrorMessage(error)}",
    };

    /// <summary>Who may open the device, and how one becomes that.</summary>
    /// <param name="mode">the device's permission bits</param>
    /// <param name="group">the number of the device's group</param>
    /// <param name="user">who asks</param>
    /// <param name="groups">the lines of /etc/group: name, password, number, members</param>
    internal static string ExplainDenied(int mode, uint group, string user, IEnumerable<string> groups)
    {
        const int GroupReadsAndWrites = 0x30; // octal 060
        string[]? entry = groups.Select(line => line.Split(':')).FirstOrDefault(parts => parts.Length == 4 && parts[2] == $"{group}");
        string name = entry?[0] ?? $"{group}";
        if ((mode & GroupReadsAndWrites) != GroupReadsAndWrites || group == 0)
            return "permission denied, and its group has none either; let a udev rule give it to the group dialout (GROUP=\"dialout\", MODE=\"0660\"), and join that: sudo usermod -aG dialout " + user;
        return entry is not null && entry[3].Split(',').Contains(user)
            ? $"permission denied; {user} was added to its group {name} after logging in: log out and in again"
            : $"permission denied; it belongs to the group {name}: join it with  sudo usermod -aG {name} {user}  and log in again";
    }

    private static unsafe string ExplainDenied(string path)
    {
        byte* status = stackalloc byte[StatusLength];
        if (LibCNative.Status(ThisFolder, path, 0, BasicStatus, status) != 0) return "permission denied, to its folder already";
        string[] groups = File.Exists("/etc/group") ? File.ReadAllLines("/etc/group") : [];
        return ExplainDenied(*(ushort*)(status + ModeAt), *(uint*)(status + GroupAt), Environment.UserName, groups);
    }

    private static string Present()
    {
        string[] found = [.. Folder("/dev/serial/by-id", "*"), .. Folder("/dev", "ttyACM*"), .. Folder("/dev", "ttyUSB*")];
        return found.Length == 0 ? "There is no USB serial device at all" : $"There are: {string.Join(", ", found)}";

        static string[] Folder(string folder, string pattern) => Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
    }

    // Only what this user may look at: without it the message is shorter.
    private static string Holder(string path)
    {
        string device = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        foreach (string process in Directory.EnumerateDirectories("/proc", "*").Where(p => char.IsAsciiDigit(p[6])))
        {
            try
            {
                if (Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(f => new FileInfo(f).LinkTarget == device))
                    return $": {File.ReadAllText(Path.Combine(process, "comm")).Trim()} (process {process[6..]})";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or one that has just ended.
            }
        }

        return "";
    }
}
