using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Sluice.Inference.Tokenization;

/// <summary>BERT's WordPiece: splits UTF-8 text into words, and each word greedily into the longest tokens of a vocabulary.</summary>
/// <remarks>
/// Equal to Hugging Face tokenizers 0.23.3 on every line of <c>tests/Data/vectors/wordpiece</c>. No state, so one instance serves any
/// number of threads; nothing is allocated. The work ends with the token that no longer fits, so it is bounded by the room for ids and not
/// by the text, save for what holds no token: blanks, dropped characters and words of more than 100 code points are scanned to their end.
/// </remarks>
public sealed class WordPieceTokenizer
{
    private readonly TextNormalizer _normalizer;
    private readonly SpecialLiterals? _literals;
    private readonly int[] _isolatedIds = new int[128];
    private readonly uint _continuation;

    /// <summary>Takes some milliseconds and 200 KB; one serves a whole program.</summary>
    /// <param name="vocabulary">The model's tokens.</param>
    /// <param name="options">How the model was trained to see text.</param>
    public WordPieceTokenizer(Vocabulary vocabulary, WordPieceOptions options)
    {
        Vocabulary = vocabulary;
        _normalizer = new TextNormalizer(options.Lowercase);
        _literals = options.ParseSpecialTokens ? new SpecialLiterals(vocabulary) : null;
        _continuation = vocabulary.Trie.Walk(Vocabulary.ContinuationPrefix);
        for (int value = 0; value < _isolatedIds.Length; value++)
        {
            _isolatedIds[value] = vocabulary.TryGetId([(byte)value], out int id) ? id : vocabulary.Unknown;
        }
    }

    /// <summary>The tokens that texts are split into.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Encodes a text as a model's input: <c>[CLS]</c>, its tokens, <c>[SEP]</c>, truncated on the right.</summary>
    /// <param name="utf8">The text, any length; broken UTF-8 counts as U+FFFD, which the normalizer drops.</param>
    /// <param name="ids">Receives the ids; its length, at least 2, is the most that are written.</param>
    /// <returns>How many ids were written, at least 2, and whether the text had more.</returns>
    /// <exception cref="ArgumentException"><paramref name="ids"/> has no room for <c>[CLS]</c> and <c>[SEP]</c>.</exception>
    public TokenCount Encode(ReadOnlySpan<byte> utf8, Span<int> ids)
    {
        TokenWriter writer = new(this, ids);
        writer.Append(utf8);
        return writer.Finish();
    }

    /// <summary>Gives the tokens of a text, without <c>[CLS]</c> and <c>[SEP]</c>, until it ends or the sink refuses one.</summary>
    /// <remarks>There are never more tokens than bytes.</remarks>
    internal void Split<TSink>(ReadOnlySpan<byte> text, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        ReadOnlySpan<ByteKind> kindOf = _normalizer.Bytes.KindOf;
        int at = 0;
        bool room = true;
        while (room && at < text.Length)
        {
            switch (kindOf[text[at]])
            {
                case ByteKind.Letter:
                    int end = MatchWholeWord(text, at, out int id);
                    if (end > 0)
                    {
                        room = sink.TryAdd(id, at, end);
                        at = end;
                    }
                    else
                    {
                        room = SplitWord(text, ref at, ref sink);
                    }

                    break;
                case ByteKind.Isolated:
                    room = AddIsolated(text, ref at, ref sink);
                    break;
                case ByteKind.NotAscii:
                    room = SplitOther(text, ref at, ref sink);
                    break;
                case ByteKind.Space or ByteKind.Dropped:
                    // Most blanks are one space before a letter: not worth a call.
                    at++;
                    at = at < text.Length && kindOf[text[at]] is ByteKind.Space or ByteKind.Dropped ? _normalizer.SkipBlanks(text, at) : at;
                    break;
                default:
                    throw new UnreachableException("A byte is of no kind. This is a bug.");
            }
        }
    }

    /// <summary>ASCII punctuation, which may begin a literal.</summary>
    private bool AddIsolated<TSink>(ReadOnlySpan<byte> text, ref int at, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int start = at;
        int length = 0;
        int id = _isolatedIds[text[at]];
        if (_literals is not null && (length = _literals.Match(text[at..], out int literal)) > 0)
        {
            id = literal;
        }

        at += Math.Max(length, 1);
        return sink.TryAdd(id, start, at);
    }

    /// <summary>The fast path: walks the vocabulary along the text itself, for an ASCII word that is a token as a whole.</summary>
    /// <returns>The byte after the word, or 0 if it has to be taken apart.</returns>
    private int MatchWholeWord(ReadOnlySpan<byte> text, int at, out int id)
    {
        ReadOnlySpan<byte> letterOf = _normalizer.Bytes.LetterOf;
        TokenTrie trie = Vocabulary.Trie;
        ReadOnlySpan<uint> nodes = trie.Nodes;
        uint node = trie.Root;
        uint place = 0;
        for (; at < text.Length; at++)
        {
            byte letter = letterOf[text[at]];
            if (letter == 0)
            {
                break;
            }

            place = (node >> TokenTrie.BaseShift) ^ letter;
            node = nodes[(int)place];
            if ((byte)node != letter)
            {
                id = 0;
                return 0;
            }
        }

        id = trie.IdAt((int)place);
        bool ends = at == text.Length || _normalizer.Bytes.KindOf[text[at]] is ByteKind.Space or ByteKind.Isolated;
        return ends && (node & TokenTrie.Terminal) != 0 ? at : 0;
    }

    /// <summary>A character outside ASCII that begins no ASCII word: nothing, a word of its own, or the first of a word.</summary>
    [SkipLocalsInit]
    private bool SplitOther<TSink>(ReadOnlySpan<byte> text, ref int at, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int length = _normalizer.ReadCodePoint(text[at..], out int codePoint, out CodePointEntry entry, out CodePointClass kind);
        switch (kind)
        {
            case CodePointClass.Letter:
                return SplitWord(text, ref at, ref sink);
            case CodePointClass.Isolated: // one code point, whatever it becomes
                NormalizedWord word = new(stackalloc byte[NormalizedWord.MaxCodePointBytes], TSink.WantsOffsets
                    ? stackalloc (int, int)[NormalizedWord.MaxCodePointBytes] : default);
                _normalizer.Add(text.Slice(at, length), codePoint, entry, at, ref word);
                at += length;
                return AddPieces(word, at - length, ref sink);
            case CodePointClass.Space or CodePointClass.Dropped:
                at = _normalizer.SkipBlanks(text, at + length);
                return true;
            default:
                throw new UnreachableException("A character is of no class. This is a bug.");
        }
    }

    [SkipLocalsInit]
    private bool SplitWord<TSink>(ReadOnlySpan<byte> text, ref int at, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        NormalizedWord word = new(stackalloc byte[NormalizedWord.Capacity], TSink.WantsOffsets
            ? stackalloc (int, int)[NormalizedWord.Capacity] : default);
        int start = at;
        at = _normalizer.ReadWord(text, at, ref word);
        return AddPieces(word, start, ref sink);
    }

    /// <summary>
    /// Greedy longest match; all pieces are found before the first is given, for one that is missing makes the word <c>[UNK]</c>.
    /// </summary>
    [SkipLocalsInit]
    private bool AddPieces<TSink>(scoped NormalizedWord word, int start, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        Span<(int Id, int End)> pieces = stackalloc (int, int)[NormalizedWord.MaxCodePoints];
        int count = FindPieces(word, pieces);
        if (count == 0)
        {
            return sink.TryAdd(Vocabulary.Unknown, start, word.End);
        }

        int from = 0;
        foreach ((int id, int to) in pieces[..count])
        {
            (int first, int last) = word.SourceOf(from, to);
            if (!sink.TryAdd(id, first, last))
            {
                return false;
            }

            from = to;
        }

        return true;
    }

    /// <returns>How many pieces there are, or 0 if the word is unknown.</returns>
    private int FindPieces(scoped NormalizedWord word, Span<(int Id, int End)> pieces)
    {
        TokenTrie trie = Vocabulary.Trie;
        ReadOnlySpan<byte> utf8 = word.Utf8;
        int count = 0;
        for (int at = 0; at < utf8.Length && !word.IsTooLong;)
        {
            int length = trie.LongestMatch(at == 0 ? trie.Root : _continuation, utf8[at..], out int id);
            if (length == 0)
            {
                return 0;
            }

            at += length;
            pieces[count++] = (id, at);
        }

        return count;
    }
}
