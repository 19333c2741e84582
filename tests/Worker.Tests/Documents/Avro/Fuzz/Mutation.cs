namespace Worker.Tests.Documents.Avro.Fuzz;

/// <summary>Damage at random: a byte changed, put in, taken out, the end cut off, a stretch repeated, two inputs spliced.</summary>
internal static class Mutation
{
    private static readonly byte[] Telling = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xff, 0xfe, 0x03, (byte)'"', (byte)'[', (byte)'{', (byte)'\\'];

    /// <summary>Copies <paramref name="input"/> with one to four injuries into <paramref name="output"/>.</summary>
    /// <returns>Bytes written; never more than <paramref name="output"/> has.</returns>
    public static int Apply(ReadOnlySpan<byte> input, ReadOnlySpan<byte> other, Span<byte> output, Random random)
    {
        int length = Math.Min(input.Length, output.Length);
        input[..length].CopyTo(output);
        for (int i = random.Next(1, 5); i > 0; i--) length = Injure(output, length, other, random);
        return length;
    }

    private static int Injure(Span<byte> bytes, int length, ReadOnlySpan<byte> other, Random random)
    {
        int at = random.Next(length + 1);
        switch (random.Next(8))
        {
            case 0 when at < length:
                bytes[at] = Telling[random.Next(Telling.Length)];
                return length;
            case 1 when at < length:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return length;
            case 2 when length < bytes.Length:
                bytes[at..length].CopyTo(bytes[(at + 1)..]);
                bytes[at] = random.Next(2) == 0 ? (byte)random.Next(256) : Telling[random.Next(Telling.Length)];
                return length + 1;
            case 3 when at < length:
                bytes[(at + 1)..length].CopyTo(bytes[at..]);
                return length - 1;
            case 4:
                return at;
            case 5:
                int repeat = Math.Min(random.Next(1, 9), Math.Min(length - at, bytes.Length - length));
                bytes.Slice(at, repeat).CopyTo(bytes[length..]);
                return length + repeat;
            case 6:
                int from = random.Next(other.Length + 1);
                int splice = Math.Min(other.Length - from, bytes.Length - at);
                other.Slice(from, splice).CopyTo(bytes[at..]);
                return at + splice;
            default:
                bytes[..length][Math.Min(at, Math.Max(0, length - 1))..].Reverse();
                return length;
        }
    }
}
