namespace Sluice.Worker.Commands;

/// <summary>Reads lines as bytes, so that broken UTF-8 reaches whoever can name it instead of turning into U+FFFD on the way.</summary>
internal static class ByteLines
{
    /// <summary>The lines of <paramref name="input"/> without their ends (LF or CRLF) and without blank ones. Each is valid until the next is asked for.</summary>
    /// <remarks>Holds one line in memory, and what was read with it.</remarks>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(Stream input)
    {
        byte[] buffer = new byte[1 << 16];
        int start = 0, searched = 0, end = 0;
        while (true)
        {
            int length = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                int lineEnd = searched + length;
                if (Trim(buffer.AsMemory(start, lineEnd - start)) is { IsEmpty: false } line)
                {
                    yield return line;
                }

                start = searched = lineEnd + 1;
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

        if (Trim(buffer.AsMemory(0, end)) is { IsEmpty: false } last)
        {
            yield return last;
        }
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line) => line.Trim(" \t\r"u8);
}
