using System.Buffers.Binary;
using System.Text;

namespace TestKit;

/// <summary>What the dynamic loader reads in a library or program of 64-bit x86 Linux (ELF specification, "Dynamic Section").</summary>
internal static class ElfFile
{
    private const uint Load = 1, Dynamic = 2;
    /// <summary>The kind of file, 64 bits, least byte first.</summary>
    private static readonly byte[] Magic = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    private const ulong End = 0, Needed = 1, Strings = 5;

    /// <summary>
    /// The libraries that it cannot be loaded without (DT_NEEDED), by name; empty for a file that is
    /// no such ELF file or is linked statically.
    /// </summary>
    public static IReadOnlyList<string> NeededBy(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 64 || !file.AsSpan().StartsWith(Magic)) return [];
        (uint Type, ulong Offset, ulong Address, ulong Size)[] segments = [.. Segments(file)];
        List<ulong> names = [];
        ulong strings = 0;
        foreach ((_, ulong offset, _, ulong size) in segments.Where(segment => segment.Type == Dynamic))
        {
            for (ulong at = offset; at < offset + size && Word(file, at) != End; at += 16)
            {
                if (Word(file, at) == Needed) names.Add(Word(file, at + 8));
                else if (Word(file, at) == Strings) strings = Word(file, at + 8);
            }
        }

        var table = segments.FirstOrDefault(
            segment => segment.Type == Load && strings >= segment.Address && strings < segment.Address + segment.Size);
        return [.. names.Select(name => Text(file, strings - table.Address + table.Offset + name))];
    }

    private static IEnumerable<(uint Type, ulong Offset, ulong Address, ulong Size)> Segments(byte[] file)
    {
        int at = checked((int)Word(file, 32));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(54)),
            count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(56));
        for (int i = 0; i < count; i++, at += size)
        {
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
            yield return (type, Word(file, (ulong)at + 8), Word(file, (ulong)at + 16), Word(file, (ulong)at + 32));
        }
    }

    private static ulong Word(byte[] file, ulong at) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(checked((int)at)));

    private static string Text(byte[] file, ulong at)
    {
        ReadOnlySpan<byte> rest = file.AsSpan(checked((int)at));
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }
}
