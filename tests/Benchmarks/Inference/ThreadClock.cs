using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Benchmarks.Inference;

/// <summary>
/// Processor time of the calling thread: equals time by the clock on an idle machine, and is not stretched by other programs on a busy one.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux's time.h

    /// <summary>Milliseconds since the thread began.</summary>
    public static double Milliseconds() =>
        ClockGetTime(ThreadCpuTime, out Time time) == 0
            ? (time.Seconds * 1e3) + (time.Nanoseconds / 1e6)
            : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
