using System.Text;
using Sluice.Inference.Tokenization;

namespace Benchmarks.Texts;

/// <summary>Texts as long as those of a kind, cut out of the mails' bodies from word to word.</summary>
internal static class MadeTexts
{
    private const int Seed = 20240826;
    private const int LongestWord = 6; // in tokens: what is longer is an address or a number, and would overshoot a short text

    public static IReadOnlyList<string> Of(TextKind kind, WordPieceTokenizer tokenizer)
    {
        Word[] words = [.. Words(tokenizer)];
        int[] lengths = [.. Enumerable.Range(0, kind.Count).Select(n => kind.LengthAt((n + 0.5) / kind.Count))];
        new Random(Seed).Shuffle(lengths);
        int next = 0;
        return [.. lengths.Select(length => Text(words, ref next, length))];
    }

    private static string Text(Word[] words, ref int next, int length)
    {
        var text = new StringBuilder();
        while (length > 0)
        {
            Word word = words[next++ % words.Length];
            if (word.Tokens > length) continue;
            text.Append(text.Length > 0 ? " " : "").Append(word.Text);
            length -= word.Tokens;
        }

        return text.ToString();
    }

    private static IEnumerable<Word> Words(WordPieceTokenizer tokenizer)
    {
        int[] ids = new int[LongestWord + 3]; // [CLS], [SEP], and one that shows that there were more
        string text = string.Join(' ', BenchmarkData.Mails().Select(mail => mail.Body));
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            int tokens = tokenizer.Encode(Encoding.UTF8.GetBytes(word), ids).Count - 2;
            if (tokens is > 0 and <= LongestWord) yield return new Word(word, tokens);
        }
    }

    private readonly record struct Word(string Text, int Tokens);
}
