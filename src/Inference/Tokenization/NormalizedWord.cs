namespace Sluice.Inference.Tokenization;

/// <summary>One word as the vocabulary would spell it, in UTF-8, and for each byte the source character that it came from.</summary>
/// <param name="bytes">Room for <see cref="Capacity"/> bytes, or for as many as the word is known to take.</param>
/// <param name="sources">Room for as many ranges of bytes of the text, or empty if nobody asks where a token came from.</param>
internal ref struct NormalizedWord(Span<byte> bytes, Span<(int Start, int End)> sources)
{
    /// <summary>
    /// Code points of the longest word that is looked up; a longer one is <c>[UNK]</c> (<c>max_input_chars_per_word</c> of the reference).
    /// </summary>
    public const int MaxCodePoints = 100;

    /// <summary>Bytes that a code point takes at most.</summary>
    public const int MaxCodePointBytes = 4;

    /// <summary>Bytes that such a word takes at most.</summary>
    public const int Capacity = MaxCodePointBytes * MaxCodePoints;

    private readonly Span<byte> _bytes = bytes;
    private readonly Span<(int Start, int End)> _sources = sources;
    private int _length;
    private int _codePoints;

    /// <summary>The word so far.</summary>
    public readonly ReadOnlySpan<byte> Utf8 => _bytes[.._length];

    /// <summary>Whether the word has more than <see cref="MaxCodePoints"/>; then <see cref="Utf8"/> is only its beginning.</summary>
    public readonly bool IsTooLong => _codePoints > MaxCodePoints;

    /// <summary>Byte of the text after the last source character that left something in the word, be it too long or not.</summary>
    public int End { get; private set; }

    /// <summary>Adds an ASCII character that stands at byte <paramref name="at"/> of the text.</summary>
    public void Add(byte ascii, int at)
    {
        End = at + 1;
        if (++_codePoints <= MaxCodePoints)
        {
            if (!_sources.IsEmpty)
            {
                _sources[_length] = (at, at + 1);
            }

            _bytes[_length++] = ascii;
        }
    }

    /// <summary>
    /// Adds a code point, in UTF-8, that comes from bytes <paramref name="start"/> up to <paramref name="end"/> of the text.
    /// </summary>
    public void Add(scoped ReadOnlySpan<byte> codePoint, int start, int end)
    {
        End = end;
        if (++_codePoints <= MaxCodePoints)
        {
            if (!_sources.IsEmpty)
            {
                _sources.Slice(_length, codePoint.Length).Fill((start, end));
            }

            codePoint.CopyTo(_bytes[_length..]);
            _length += codePoint.Length;
        }
    }

    /// <summary>Notes that the word, already too long, goes on up to byte <paramref name="end"/> of the text.</summary>
    public void Extend(int end) => End = end;

    /// <summary>
    /// The bytes of the text from which bytes <paramref name="from"/> up to <paramref name="to"/> of the word came; nothing useful without
    /// sources.
    /// </summary>
    public readonly (int Start, int End) SourceOf(int from, int to) => _sources.IsEmpty
        ? default
        : (_sources[from].Start, _sources[to - 1].End);
}
