using System.Runtime.InteropServices;

namespace Sluice.Worker.Startup;

/// <summary>How many files and sockets a command opens, and how many the system lets it: where these are too few, libraries fail in the
/// middle of their work, each in its own way.</summary>
internal static partial class FileHandles
{
    private const int LinuxOpenFiles = 7; // RLIMIT_NOFILE of asm-generic/resource.h

    // By trying: the demo has 273 open at its peak on two cores, classify 65; more cores, and the brokers of a cluster, take a few more
    // each.
    private static readonly Dictionary<string, ulong> Needs = new() { ["demo"] = 512, ["run"] = 512, ["read"] = 256, ["classify"] = 128 };

    /// <summary>What to do about a limit that is too low for a command; null where it is not, or where no limit can be read.</summary>
    public static string? Fault(string command) =>
        Needs.TryGetValue(command, out ulong needed) && Limit() is { } limit && limit < needed
            ? $"./sluice {command} needs {needed} file handles, and {limit} are allowed here. Raise the limit (ulimit -n {needed}; "
                + $"LimitNOFILE={needed} of a systemd unit), or ask whoever set it."
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
