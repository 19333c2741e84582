using System.Text;
using System.Text.Unicode;

namespace Sluice.Inference.Tokenization;

/// <summary>Cuts a vocabulary file into its tokens and refuses what would shift or hide an id.</summary>
internal static class VocabularyLines
{
    /// <returns>The token of each line, in order.</returns>
    /// <exception cref="VocabularyException">A line is empty, repeated or not UTF-8; the message gives its number, from 1.</exception>
    public static byte[][] Read(ReadOnlySpan<byte> utf8)
    {
        List<byte[]> tokens = [];
        Dictionary<string, int> lineOf = new(StringComparer.Ordinal);
        while (!utf8.IsEmpty)
        {
            int end = utf8.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? utf8 : utf8[..end]).TrimEnd((byte)'\r');
            utf8 = end < 0 ? [] : utf8[(end + 1)..];
            Check(line, tokens.Count + 1);
            string text = Encoding.UTF8.GetString(line);
            if (!lineOf.TryAdd(text, tokens.Count + 1))
            {
                throw new VocabularyException(
                    $"Line {tokens.Count + 1} repeats the token '{text}' of line {lineOf[text]}; a token has one id.");
            }

            tokens.Add(line.ToArray());
        }

        return [.. tokens];
    }

    private static void Check(ReadOnlySpan<byte> line, int number)
    {
        if (line.IsEmpty)
        {
            throw new VocabularyException($"Line {number} is empty; ids are line numbers, so every line must hold a token.");
        }

        if (!Utf8.IsValid(line) || line.Contains((byte)0))
        {
            throw new VocabularyException($"Line {number} is not UTF-8 text; save the vocabulary as UTF-8 without NUL bytes.");
        }
    }
}
