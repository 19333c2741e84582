using System.Text;
using Benchmarks.Texts;
using Sluice.Inference.Tokenization;

namespace Benchmarks.Batching;

/// <summary>Real documents of one kind, as token ids in an order of arrival that is the same on every machine.</summary>
/// <param name="Name">As it stands in tables and figures.</param>
/// <param name="Documents">Ids with [CLS] and [SEP].</param>
internal sealed record DocumentSet(string Name, int[][] Documents)
{
    /// <summary>Name of the set that mixes the others.</summary>
    internal const string Mix = "mix";

    private const int Seed = 20240826;

    /// <summary>Mails of at most 512 tokens, SST-2 of 64, AG News of 128, and a third of each in one stream.</summary>
    public static DocumentSet[] All(WordPieceTokenizer tokenizer, ShortTexts texts, int count)
    {
        int[][] mail = Mails(tokenizer, count).Documents;
        int[][] sst2 = Sample(texts.Of(ShortTexts.Sst2Dev, tokenizer), tokenizer, 64, count);
        int[][] news = Sample(texts.Of(ShortTexts.AgNews, tokenizer), tokenizer, 128, count);
        int third = count / 3;
        int[][] mix = [.. mail.Take(count - (2 * third)), .. sst2.Take(third), .. news.Take(third)];
        new Random(Seed).Shuffle(mix);
        return [new("mail", mail), new("sst2", sst2), new("agnews", news), new(Mix, mix)];
    }

    /// <summary>The mails alone.</summary>
    public static DocumentSet Mails(WordPieceTokenizer tokenizer, int count) =>
        new("mail", Sample(BenchmarkData.Mails().Select(one => one.Text), tokenizer, 512, count));

    /// <summary>The first documents only.</summary>
    public DocumentSet Take(int count) => this with { Documents = Documents[..Math.Min(count, Documents.Length)] };

    public double MeanTokens => Documents.Average(ids => ids.Length);

    private static int[][] Sample(IEnumerable<string> texts, WordPieceTokenizer tokenizer, int longest, int count)
    {
        string[] all = [.. texts];
        new Random(Seed).Shuffle(all);
        int[] ids = new int[longest];
        return [.. all.Take(count).Select(text => ids[..tokenizer.Encode(Encoding.UTF8.GetBytes(text), ids).Count])];
    }
}
