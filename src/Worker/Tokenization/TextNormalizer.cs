namespace Sluice.Worker.Tokenization;

/// <summary>Reads a text word by word as BERT's normalizer and pre-tokenizer would: clean, set CJK apart, strip accents, fold case, split at punctuation.</summary>
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
                AddFolded(codePoint, entry, at, at + length, ref word);
            }

            at += length;
        }

        return word.IsTooLong ? SkipWord(text, at, ref word) : at;
    }

    /// <summary>Adds what a code point becomes to a word.</summary>
    public void AddFolded(int codePoint, CodePointEntry entry, int start, int end, ref NormalizedWord word)
    {
        if (!lowercase || entry.Mapping == 0)
        {
            word.Add(codePoint, start, end);
        }
        else if (entry.IsMapped)
        {
            foreach (int target in CodePointTable.TargetsOf(entry))
            {
                word.Add(target, start, end);
            }
        }
        else
        {
            Span<int> jamo = stackalloc int[3];
            foreach (int target in jamo[..HangulSyllables.Decompose(codePoint, jamo)])
            {
                word.Add(target, start, end);
            }
        }
    }

    /// <summary>Finds the end of a word that is too long to be looked up: no more than a scan, whatever its length.</summary>
    private int SkipWord(ReadOnlySpan<byte> text, int at, ref NormalizedWord word)
    {
        while (at < text.Length)
        {
            int letters = ByteTable.CountLetters(text[at..]);
            if (letters > 0)
            {
                at += letters;
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
