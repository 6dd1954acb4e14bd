using System.Runtime.InteropServices;

namespace LoopRig.Native.LibC;

/// <summary>The C library's functions that the rig uses, one to one.</summary>
internal static partial class LibCNative
{
    internal const int ClockMonotonic = 1;
    internal const int AbsoluteTime = 1;      // TIMER_ABSTIME, TFD_TIMER_ABSTIME
    internal const int CloseOnExec = 0x80000; // EFD_CLOEXEC, TFD_CLOEXEC, O_CLOEXEC
    internal const int NonBlocking = 0x800;   // EFD_NONBLOCK, TFD_NONBLOCK
    internal const int ReadWrite = 2;         // O_RDWR
    internal const int NoControl = 0x100;     // O_NOCTTY
    internal const int EIntr = 4;
    internal const int EAgain = 11;
    internal const int LockExclusive = 2;     // LOCK_EX
    internal const int LockNoWait = 4;        // LOCK_NB
    internal const nuint SetNonBlocking = 0x5421; // FIONBIO
    internal const int SchedOther = 0;
    internal const int SchedFifo = 1;
    internal const int LockCurrent = 1;
    internal const int LockFuture = 2;
    internal const int SetThreadName = 15;    // PR_SET_NAME
    internal const int GetThreadName = 16;    // PR_GET_NAME

    [LibraryImport(NativeLoader.LibC, EntryPoint = "clock_gettime", SetLastError = true)]
    internal static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "clock_nanosleep")]
    internal static partial int ClockNanoSleep(int clock, int flags, in TimeSpec until, nint left);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "sched_setaffinity", SetLastError = true)]
    internal static unsafe partial int SetAffinity(int thread, nuint length, ulong* mask);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "sched_getaffinity", SetLastError = true)]
    internal static unsafe partial int GetAffinity(int thread, nuint length, ulong* mask);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "sched_setscheduler", SetLastError = true)]
    internal static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "sched_getscheduler", SetLastError = true)]
    internal static partial int GetScheduler(int thread);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "setpriority", SetLastError = true)]
    internal static partial int SetPriority(int which, int thread, int nice);

    // malloc.h of glibc.
    internal const int TrimThreshold = -1, MostMappings = -4, MostArenas = -8;

    [LibraryImport(NativeLoader.LibC, EntryPoint = "mallopt")]
    internal static partial int SetAllocation(int parameter, int value);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "mlockall", SetLastError = true)]
    internal static partial int LockAll(int flags);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "munlockall", SetLastError = true)]
    internal static partial int UnlockAll();

    [LibraryImport(NativeLoader.LibC, EntryPoint = "prctl", SetLastError = true)]
    internal static unsafe partial int Control(int option, byte* name);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "timerfd_create", SetLastError = true)]
    internal static partial int TimerCreate(int clock, int flags);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "timerfd_settime", SetLastError = true)]
    internal static partial int TimerSet(FileHandle timer, int flags, in TimerSpec time, nint old);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint Read(FileHandle file, void* buffer, nuint length);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(FileHandle file, void* buffer, nuint length);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int file);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "poll", SetLastError = true)]
    internal static unsafe partial int Poll(PollFd* files, nuint count, int timeoutMs);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "openpty", SetLastError = true)]
    internal static unsafe partial int OpenPty(out int master, out int slave, byte* name, nint attributes, nint size);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "ioctl", SetLastError = true)]
    internal static unsafe partial int IoControl(FileHandle file, nuint request, void* argument);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(FileHandle file, int operation);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Status(int folder, string path, int flags, uint mask, byte* status);
}
