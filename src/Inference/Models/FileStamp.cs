using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Inference.Models;

/// <summary>What tells a file, links followed, from another one and from itself after a change; equal while it is the same.</summary>
/// <param name="Kind">What it is: <see cref="RegularFile"/>, or other words for a message.</param>
/// <param name="Device">Number of the file system, 0 where it cannot be known.</param>
/// <param name="Id">Its number there (the inode), 0 where it cannot be known.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Written">Its last write: to the nanosecond, or to .NET's tick where the system does not say more.</param>
/// <param name="Changed">Nanosecond of the last change of its content, its name or its rights, which no program can set back; 0 where it
/// cannot be known.</param>
/// <remarks>Linux: statx(2), whose struct is the same on all processors. Where it is missing, length and last write must do.</remarks>
internal readonly partial record struct FileStamp(string Kind, ulong Device, ulong Id, long Bytes, long Written, long Changed)
{
    public const string RegularFile = "a file";

    private const int Here = -100, AtHandle = 0x1000; // AT_FDCWD, AT_EMPTY_PATH: <fcntl.h>
    private const uint BasicStats = 0x7ff;            // STATX_BASIC_STATS: <linux/stat.h>

    private static readonly bool HasStatx = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "statx", out _);

    /// <summary>Of the file that an open handle reads.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileStamp Of(SafeFileHandle handle) =>
        HasStatx && statx(handle, "", AtHandle, BasicStats, out Statx found) == 0 ? Of(found)
            : new FileStamp(RegularFile, 0, 0, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks, 0);

    /// <summary>Of what a path leads to, without opening it; null where that is nothing, or nothing that may be asked.</summary>
    public static FileStamp? Of(string path)
    {
        if (HasStatx && statx(Here, path, 0, BasicStats, out Statx found) == 0) return Of(found);
        if (Directory.Exists(path)) return new FileStamp("a folder", 0, 0, 0, 0, 0);
        try
        {
            FileInfo file = new(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? new FileStamp(RegularFile, 0, 0, file.Length, file.LastWriteTimeUtc.Ticks, 0) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // links in a circle
        }
    }

    private static FileStamp Of(in Statx found) => new((found.Mode & 0xf000) switch // S_IFMT: <linux/stat.h>
    {
        0x8000 => RegularFile,
        0x4000 => "a folder",
        0x1000 => "a FIFO",
        0xc000 => "a socket",
        _ => "a device",
    }, ((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Id, (long)found.Size, found.Written.ToNanoseconds(),
        found.Changed.ToNanoseconds());

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, out Statx found);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(SafeFileHandle file, string path, int flags, uint mask, out Statx found);

    /// <summary>struct statx of linux/stat.h: 256 bytes, of which these are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Id;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public Time Changed;

        [FieldOffset(112)]
        public Time Written;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    private struct Time
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Unused;

        public readonly long ToNanoseconds() => (Seconds * 1_000_000_000) + Nanoseconds;
    }
}
