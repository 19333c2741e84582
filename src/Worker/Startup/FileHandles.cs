using System.Runtime.InteropServices;

namespace Sluice.Worker.Startup;

/// <summary>How many files and sockets commands need, and how many the system lets them open: where these are too few, libraries fail in
/// the middle of their work, each in its own way.</summary>
internal static partial class FileHandles
{
    private const int LinuxOpenFiles = 7; // RLIMIT_NOFILE of asm-generic/resource.h

    /// <summary>One figure for all, as eng/limits.sh has it, which says where it comes from.</summary>
    private const ulong Needed = 512;

    private static readonly string[] Commands = ["demo", "run", "read", "dlq", "classify"];

    /// <summary>What to do about a limit that is too low for a command; null where it is not, or where no limit can be read.</summary>
    /// <param name="command">One of <c>./sluice</c>.</param>
    /// <param name="program">What runs it, where that is another program.</param>
    public static string? Fault(string command, string? program = null) =>
        Commands.Contains(command) && Limit() is { } limit && limit < Needed
            ? $"{program ?? $"./sluice {command}"} needs {Needed} file handles, and {limit} are allowed here. "
                + $"Raise the limit (ulimit -n {Needed}; LimitNOFILE={Needed} of a systemd unit), or ask whoever set it."
            : null;

    /// <summary>The hard limit: .NET raises the soft one to it before the program begins.</summary>
    private static ulong? Limit() => OperatingSystem.IsLinux() && getrlimit(LinuxOpenFiles, out ResourceLimit limit) == 0
        ? limit.Hard
        : null;

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out ResourceLimit limit);

    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
