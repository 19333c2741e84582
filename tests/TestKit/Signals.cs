using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TestKit;

/// <summary>Signals of Linux on x86-64, sent by the C library: a bare machine has no program <c>kill</c>.</summary>
internal static partial class Signals
{
    private const nint Default = 0, Ignored = 1;

    public const int Hup = 1, Int = 2, Kill = 9, Term = 15, Cont = 18, Stop = 19;

    /// <exception cref="Win32Exception">There is no such process, or it is another user's.</exception>
    public static void Send(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Signal {signal} did not reach process {processId}");
    }

    /// <summary>Has this process, and all that it starts, heed SIGINT and SIGHUP again where it was started to ignore them.</summary>
    public static void HeedInterrupts()
    {
        foreach (int signal in (ReadOnlySpan<int>)[Int, Hup])
        {
            nint before = SetHandler(signal, Default);
            if (before != Ignored) SetHandler(signal, before);
        }
    }

    /// <summary>Whether this process runs as root.</summary>
    public static bool IsRoot => EffectiveUser() == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
