using System.Text;

namespace Sluice.Inference.Tokenization;

/// <summary>The tokens of a model, frozen: a token's id is its line's number, from 0. Safe for any number of threads.</summary>
public sealed class Vocabulary
{
    /// <summary>What a piece that continues a word begins with.</summary>
    internal static ReadOnlySpan<byte> ContinuationPrefix => "##"u8;

    private readonly byte[][] _tokens;

    private Vocabulary(byte[][] tokens)
    {
        _tokens = tokens;
        Trie = TokenTrieBuilder.Build(tokens);
        Pad = Special("[PAD]"u8);
        Unknown = Special("[UNK]"u8);
        Classify = Special("[CLS]"u8);
        Separator = Special("[SEP]"u8);
    }

    /// <summary>Number of tokens; ids are in 0..<see cref="Count"/> - 1.</summary>
    public int Count => _tokens.Length;

    /// <summary>Id of <c>[PAD]</c>.</summary>
    public int Pad { get; }

    /// <summary>Id of <c>[UNK]</c>: a word that cannot be put together from tokens.</summary>
    public int Unknown { get; }

    /// <summary>Id of <c>[CLS]</c>: begins every input of a model.</summary>
    public int Classify { get; }

    /// <summary>Id of <c>[SEP]</c>: ends every input of a model.</summary>
    public int Separator { get; }

    /// <summary>The tokens by their bytes.</summary>
    internal TokenTrie Trie { get; }

    /// <summary>Reads a vocabulary file: UTF-8, one token a line.</summary>
    /// <exception cref="VocabularyException">The file is no vocabulary; the message names it and the line at fault.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Vocabulary Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (VocabularyException e)
        {
            throw new VocabularyException($"{path}: {e.Message}");
        }
    }

    /// <summary>Reads the bytes of a vocabulary file: UTF-8, one token a line, each line ended by LF or CRLF.</summary>
    /// <exception cref="VocabularyException">A line is empty, repeated or not UTF-8, or a special token is missing.</exception>
    public static Vocabulary Parse(ReadOnlySpan<byte> utf8) => new(VocabularyLines.Read(utf8));

    /// <summary>The text of token <paramref name="id"/>, with the prefix of continuing pieces (<c>##</c>).</summary>
    /// <param name="id">0..<see cref="Count"/> - 1.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such token.</exception>
    public string TextOf(int id) => Encoding.UTF8.GetString(_tokens[id]);

    /// <summary>Finds a whole token, prefix included.</summary>
    /// <param name="token">Its bytes in UTF-8.</param>
    /// <param name="id">Its id; meaningless where there is no such token.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetId(ReadOnlySpan<byte> token, out int id) =>
        Trie.LongestMatch(Trie.Root, token, out id) == token.Length && !token.IsEmpty;

    private int Special(ReadOnlySpan<byte> token) => TryGetId(token, out int id)
        ? id
        : throw new VocabularyException(
            $"The vocabulary of {Count} tokens lacks the special token {Encoding.UTF8.GetString(token)}; "
            + "it is no BERT vocabulary, or not whole.");
}
