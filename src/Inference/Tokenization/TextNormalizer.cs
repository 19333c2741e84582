using System.Diagnostics;
using System.Text;

namespace Sluice.Inference.Tokenization;

/// <summary>
/// Reads a text word by word as BERT's normalizer and pre-tokenizer would: clean, set CJK apart, strip accents, fold case, split at
/// punctuation.
/// </summary>
/// <remarks>Follows <see cref="CodePointTable"/>. No state: safe for any number of threads.</remarks>
internal sealed class TextNormalizer(bool lowercase)
{
    /// <summary>The same for ASCII alone.</summary>
    public ByteTable Bytes { get; } = new(lowercase);

    /// <summary>Reads the code point at the front of <paramref name="utf8"/>, which begins with a byte from 0x80.</summary>
    /// <returns>Its length in bytes, and what to do with it.</returns>
    public int ReadCodePoint(ReadOnlySpan<byte> utf8, out int codePoint, out CodePointEntry entry, out CodePointClass kind)
    {
        int length = Utf8CodePoint.Read(utf8, out codePoint);
        entry = CodePointTable.Of(codePoint);
        kind = lowercase ? entry.Folded : entry.Cased;
        return length;
    }

    /// <summary>Reads the word that begins at byte <paramref name="at"/>.</summary>
    /// <returns>The byte after the word and what was dropped behind it.</returns>
    public int ReadWord(ReadOnlySpan<byte> text, int at, ref NormalizedWord word)
    {
        while (at < text.Length && !word.IsTooLong)
        {
            byte letter = Bytes.LetterOf[text[at]];
            if (letter != 0)
            {
                word.Add(letter, at++);
                continue;
            }

            int length = ReadOther(text[at..], out int codePoint, out CodePointEntry entry, out CodePointClass kind);
            if (kind is CodePointClass.Space or CodePointClass.Isolated)
            {
                return at;
            }

            if (kind == CodePointClass.Letter)
            {
                Add(text.Slice(at, length), codePoint, entry, at, ref word);
            }

            at += length;
        }

        return word.IsTooLong ? SkipWord(text, at, ref word) : at;
    }

    /// <summary>Finds the end of blanks and of what is dropped between them: no more than a scan, whatever their number.</summary>
    /// <returns>The first byte from <paramref name="at"/> on that belongs to a token, or the text's end.</returns>
    public int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length)
        {
            switch (Bytes.KindOf[text[at]])
            {
                case ByteKind.Space or ByteKind.Dropped:
                    at += ByteTable.CountBlanks(text[at..]);
                    break;
                case ByteKind.NotAscii:
                    int length = ReadCodePoint(text[at..], out _, out _, out CodePointClass kind);
                    if (kind is CodePointClass.Letter or CodePointClass.Isolated)
                    {
                        return at;
                    }

                    at += length;
                    break;
                case ByteKind.Letter or ByteKind.Isolated:
                    return at;
                default:
                    throw new UnreachableException("A byte is of no kind. This is a bug.");
            }
        }

        return at;
    }

    /// <summary>Adds what a code point becomes to a word.</summary>
    /// <param name="utf8">The code point as it stands in the text.</param>
    /// <param name="codePoint">The same decoded.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="at">Where it stands in the text.</param>
    /// <param name="word">The word that receives it.</param>
    public void Add(ReadOnlySpan<byte> utf8, int codePoint, CodePointEntry entry, int at, ref NormalizedWord word)
    {
        if (!lowercase || entry.Mapping == 0)
        {
            word.Add(utf8, at, at + utf8.Length);
            return;
        }

        Span<byte> encoded = stackalloc byte[NormalizedWord.MaxCodePointBytes];
        Span<int> jamo = stackalloc int[HangulSyllables.MaxJamo];
        foreach (int target in entry.IsMapped ? CodePointTable.TargetsOf(entry) : jamo[..HangulSyllables.Decompose(codePoint, jamo)])
        {
            word.Add(encoded[..new Rune(target).EncodeToUtf8(encoded)], at, at + utf8.Length);
        }
    }

    /// <summary>Finds the end of a word that is too long to be looked up: no more than a scan, whatever its length.</summary>
    private int SkipWord(ReadOnlySpan<byte> text, int at, ref NormalizedWord word)
    {
        while (at < text.Length)
        {
            if (Bytes.LetterOf[text[at]] != 0)
            {
                at += ByteTable.CountLetters(text[at..]);
                word.Extend(at);
                continue;
            }

            int length = ReadOther(text[at..], out _, out _, out CodePointClass kind);
            if (kind is CodePointClass.Space or CodePointClass.Isolated)
            {
                return at;
            }

            at += length;
            if (kind == CodePointClass.Letter)
            {
                word.Extend(at);
            }
        }

        return at;
    }

    private int ReadOther(ReadOnlySpan<byte> utf8, out int codePoint, out CodePointEntry entry, out CodePointClass kind)
    {
        ByteKind first = Bytes.KindOf[utf8[0]];
        if (first == ByteKind.NotAscii)
        {
            return ReadCodePoint(utf8, out codePoint, out entry, out kind);
        }

        (codePoint, entry, kind) = (utf8[0], default, (CodePointClass)first);
        return 1;
    }
}
