using System.Runtime.InteropServices;

namespace Sluice.Inference.Tokenization;

/// <summary>What the BERT normalizer and pre-tokenizer do to each code point, as one table in two stages.</summary>
/// <remarks>
/// The reference is the <c>BertNormalizer</c> and <c>BertPreTokenizer</c> of Hugging Face tokenizers 0.23.3, whose categories come from
/// Unicode 8 (<c>docs/decisions/0002-own-wordpiece-tokenizer.md</c>); .NET's own tables are newer and would give other words. Canonical
/// reordering of marks is left out: it moves only marks that the reference keeps (assigned after Unicode 8, or spacing), and a vocabulary
/// that holds none of them has no token that could show it. Built once, then read only: safe for any number of threads.
/// </remarks>
internal static class CodePointTable
{
    /// <summary>
    /// The replacement character, U+FFFD: what a broken UTF-8 sequence stands for. It is of class <see cref="CodePointClass.Dropped"/>.
    /// </summary>
    public const int Replacement = 0xFFFD;

    private const int CodePoints = 0x110000;
    private const int BlockSize = 256;

    private static readonly int[] Targets;
    private static readonly byte[] BlockOf;
    private static readonly CodePointEntry[] Entries;

    static CodePointTable()
    {
        List<int> targets = [0, 0];
        CodePointEntry[] all = new CodePointTableBuilder(CodePoints, targets).Build();
        Targets = [.. targets];
        (BlockOf, Entries) = Share(all);
    }

    /// <param name="codePoint">In 0..0x10FFFF.</param>
    public static CodePointEntry Of(int codePoint) => Entries[(BlockOf[codePoint / BlockSize] * BlockSize) + (codePoint % BlockSize)];

    /// <summary>The code points, 1 to 4, that <paramref name="entry"/> becomes when case is folded and accents are stripped.</summary>
    /// <param name="entry">An entry with <see cref="CodePointEntry.IsMapped"/>.</param>
    public static ReadOnlySpan<int> TargetsOf(CodePointEntry entry) => Targets.AsSpan(entry.Mapping + 1, Targets[entry.Mapping]);

    private static (byte[] BlockOf, CodePointEntry[] Entries) Share(CodePointEntry[] all)
    {
        byte[] blockOf = new byte[CodePoints / BlockSize];
        List<CodePointEntry> entries = [];
        for (int block = 0; block < blockOf.Length; block++)
        {
            ReadOnlySpan<CodePointEntry> content = all.AsSpan(block * BlockSize, BlockSize);
            int same = 0;
            while (same < entries.Count / BlockSize
                && !content.SequenceEqual(CollectionsMarshal.AsSpan(entries).Slice(same * BlockSize, BlockSize)))
            {
                same++;
            }

            if (same == entries.Count / BlockSize)
            {
                entries.AddRange(content);
            }

            blockOf[block] = checked((byte)same);
        }

        return (blockOf, [.. entries]);
    }
}
