namespace Sluice.Inference.Tokenization;

/// <summary>
/// Encodes several pieces of text, such as a subject and a body, as one model input: <c>[CLS]</c>, the tokens of all pieces, <c>[SEP]</c>.
/// </summary>
/// <remarks>Pieces are separated as by white space. Lives on one thread's stack; allocates nothing.</remarks>
internal ref struct TokenWriter
{
    private readonly WordPieceTokenizer _tokenizer;
    private readonly Span<int> _ids;
    private IdSink _sink;

    /// <param name="tokenizer">What splits the pieces.</param>
    /// <param name="ids">Room for the ids, at least 2.</param>
    /// <exception cref="ArgumentException"><paramref name="ids"/> has no room for <c>[CLS]</c> and <c>[SEP]</c>.</exception>
    public TokenWriter(WordPieceTokenizer tokenizer, Span<int> ids)
    {
        if (ids.Length < 2)
        {
            throw new ArgumentException($"There is room for {ids.Length} ids, but [CLS] and [SEP] take 2; give at least 2.", nameof(ids));
        }

        _tokenizer = tokenizer;
        _ids = ids;
        _ids[0] = tokenizer.Vocabulary.Classify;
        _sink = new IdSink(ids[1..^1]);
    }

    /// <summary>Adds the tokens of one piece, as far as there is room. Does no work once a token was refused.</summary>
    /// <param name="utf8">The piece; broken UTF-8 counts as U+FFFD, which the normalizer drops.</param>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        if (!_sink.Truncated)
        {
            _tokenizer.Split(utf8, ref _sink);
        }
    }

    /// <summary>Ends the input with <c>[SEP]</c>.</summary>
    public readonly TokenCount Finish()
    {
        _ids[_sink.Count + 1] = _tokenizer.Vocabulary.Separator;
        return new TokenCount(_sink.Count + 2, _sink.Truncated);
    }
}
