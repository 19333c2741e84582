namespace Sluice.Cli;

/// <summary>Reads lines as bytes, so that broken UTF-8 reaches whoever can name it instead of turning into U+FFFD on the way.</summary>
internal static class ByteLines
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The lines of <paramref name="input"/> without their ends (LF or CRLF) and without blank ones; a byte order mark before the first is
    /// passed over. Each is valid until the next is asked for.
    /// </summary>
    /// <remarks>Holds one line in memory, and what was read with it.</remarks>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(Stream input) => ReadNumbered(input).Select(line => line.Bytes);

    /// <summary>As <see cref="Read"/>, each with its number in the input, from 1; blank lines count.</summary>
    public static IEnumerable<(long Number, ReadOnlyMemory<byte> Bytes)> ReadNumbered(Stream input)
    {
        byte[] buffer = new byte[1 << 16];
        int start = 0, searched = 0, end = 0;
        long number = 1;
        while (true)
        {
            int length = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                int lineEnd = searched + length;
                if (Trim(buffer.AsMemory(start, lineEnd - start), number == 1) is { IsEmpty: false } line)
                {
                    yield return (number, line);
                }

                start = searched = lineEnd + 1;
                number++;
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, searched, end) = (0, end - start, end - start);
            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, checked(2 * buffer.Length));
            }

            int read = input.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                break;
            }

            end += read;
        }

        if (Trim(buffer.AsMemory(0, end), number == 1) is { IsEmpty: false } last)
        {
            yield return (number, last);
        }
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, bool first) =>
        (first && line.Span.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line).TrimEnd(" \t\r"u8);
}
