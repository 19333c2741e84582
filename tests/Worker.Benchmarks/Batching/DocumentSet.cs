using System.IO.Compression;
using System.Text;
using Sluice.Worker.Demo.Mail;
using Sluice.Worker.Tokenization;

namespace Worker.Benchmarks.Batching;

/// <summary>Real documents of one kind, as token ids in an order of arrival that is the same on every machine.</summary>
/// <param name="Name">As it stands in tables and figures.</param>
/// <param name="Documents">Ids with [CLS] and [SEP].</param>
internal sealed record DocumentSet(string Name, int[][] Documents)
{
    /// <summary>Name of the set that mixes the others.</summary>
    internal const string Mix = "mix";

    private const int Seed = 20240826;

    /// <summary>Mails of at most 512 tokens, SST-2 of 64, AG News of 128, and a third of each in one stream.</summary>
    public static DocumentSet[] All(WordPieceTokenizer tokenizer, int count)
    {
        int[][] mail = Sample(BenchmarkData.Mails().Select(raw => MailText.Of(raw).Joined), tokenizer, 512, count);
        int[][] sst2 = Sample(Column("data/sst2-dev.tsv.gz", 1).Skip(1), tokenizer, 64, count);
        int[][] news = Sample(Column("data/agnews-test.tsv.gz", 0), tokenizer, 128, count);
        int third = count / 3;
        int[][] mix = [.. mail.Take(count - (2 * third)), .. sst2.Take(third), .. news.Take(third)];
        new Random(Seed).Shuffle(mix);
        return [new("mail", mail), new("sst2", sst2), new("agnews", news), new(Mix, mix)];
    }

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

    private static IEnumerable<string> Column(string file, int column)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(BenchmarkData.SharedFile(file)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return line.Split('\t')[column];
        }
    }
}
