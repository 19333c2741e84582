using System.Diagnostics;
using System.Text;
using Benchmarks.Texts;
using Sluice.Inference.Tokenization;

namespace Benchmarks;

/// <summary><c>./sluice bench tokenizer</c>: tokens a second on real text, and what hostile text costs.</summary>
internal static class TokenizerBenchmark
{
    private const double GoalTokensPerSecond = 5e6;
    private const int MaxTokens = 512;
    private const int HugeBytes = 100_000_000;

    public static Benchmark Create() => new(
        "tokenizer",
        "WordPiece on one thread: tokens a second beside two other tokenizers, allocated bytes, and huge documents.",
        "Encodes the bodies of the held-out mails (whole, and cut at 512 tokens) and the sentences of SST-2 (from --texts, else made of "
        + "the mails), from UTF-8, with models/mail's vocabulary. Beside it FastBertTokenizer and Microsoft.ML.Tokenizers on the same "
        + "texts, each with the number of golden lines on which it differs from Hugging Face's tokenizers. Goals: 5 million tokens/s on "
        + "the mails and on SST-2; 0 B allocated per document; no golden line differs.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        run.NameTexts();
        WordPieceTokenizer tokenizer = new(Vocabulary.Load(BenchmarkData.Vocabulary()), new WordPieceOptions());
        Corpus mail = new("mail bodies", BenchmarkData.Mails().Select(one => Encoding.UTF8.GetBytes(one.Body)), int.MaxValue);
        Corpus cut = new("mail bodies, 512 tokens", mail.Documents, MaxTokens);
        Corpus sst2 = new("SST-2", run.Texts.Of(ShortTexts.Sst2Train, tokenizer).Select(Encoding.UTF8.GetBytes), int.MaxValue);
        Corpus[] corpora = [mail, cut, sst2];
        run.Note($"{mail.Documents.Length:#,##0} mails, {sst2.Documents.Length:#,##0} sentences; {run.Rounds} rounds");

        Sample[] speed = InterleavedRounds.Run(run.Rounds,
            [.. corpora.Select(c => new Contestant(c.Name, () => c.TokensPerSecond(tokenizer)))], cancel);
        AddSpeedTable(run.Report, corpora, speed, tokenizer);
        RivalTokenizers rivals = new(BenchmarkData.Vocabulary());
        (string, byte[][], int)[] texts = [.. corpora.Select(c => (c.Name, c.Documents, c.IsCut ? MaxTokens : RivalTokenizers.MostTokens))];
        rivals.Measure(run, texts, BenchmarkData.GoldenTokens(), cancel);
        AddHugeTable(run, tokenizer, cancel);
        run.Report.AddFigureAtLeast("tokens_per_s_mail", speed[0].Median, "tokens/s", GoalTokensPerSecond);
        run.Report.AddFigureAtLeast("tokens_per_s_sst2", speed[2].Median, "tokens/s", GoalTokensPerSecond);
        run.Report.AddFigureAtMost(
            "allocated_bytes_per_document", corpora.Max(c => c.AllocatedBytesPerDocument(tokenizer)), "B/document", 0);
    }

    private static void AddSpeedTable(BenchmarkReport report, Corpus[] corpora, Sample[] speed, WordPieceTokenizer tokenizer)
    {
        ReportTable table = report.AddTable("One thread: median (min..max)", "text", "documents", "tokens", "million tokens/s", "MB/s",
            "B/document");
        foreach ((Corpus corpus, Sample sample) in corpora.Zip(speed))
        {
            double bytesPerToken = (double)corpus.Bytes / corpus.Tokens;
            table.AddRow(
                corpus.Name, corpus.Documents.Length, corpus.Tokens, sample.Times(1e-6),
                corpus.IsCut ? "-" : sample.Times(1e-6 * bytesPerToken),
                corpus.AllocatedBytesPerDocument(tokenizer));
        }
    }

    private static void AddHugeTable(BenchmarkRun run, WordPieceTokenizer tokenizer, CancellationToken cancel)
    {
        (string Name, byte[] Text)[] texts =
        [
            ("prose", Repeat("The quick brown fox jumps over the lazy dog. ")),
            ("one word", Repeat("a")),
            ("blanks", Repeat(" ")),
            ("one word of Cyrillic", Repeat("я")),
            ("zero-width spaces", Repeat("\u200B")),
        ];
        int[] ids = new int[MaxTokens];
        Contestant[] contestants = [.. texts.Select(t => new Contestant(t.Name, () => Milliseconds(() => tokenizer.Encode(t.Text, ids))))];
        ReportTable table = run.Report.AddTable("A document of 100 MB, at most 512 tokens", "document", "milliseconds");
        foreach ((Contestant contestant, Sample sample) in
            contestants.Zip(InterleavedRounds.Run(Math.Min(run.Rounds, 5), contestants, cancel)))
        {
            table.AddRow(contestant.Name, sample);
        }
    }

    private static double Milliseconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static byte[] Repeat(string unit)
    {
        byte[] text = new byte[HugeBytes];
        byte[] bytes = Encoding.UTF8.GetBytes(unit);
        for (int at = 0; at + bytes.Length <= text.Length; at += bytes.Length)
        {
            bytes.CopyTo(text, at);
        }

        return text;
    }

    /// <summary>Documents that are encoded one after the other into the same span.</summary>
    private sealed class Corpus(string name, IEnumerable<byte[]> documents, int maxTokens)
    {
        private readonly int[] _ids = new int[Math.Min(maxTokens, documents.Max(d => d.Length) + 2)];

        public string Name => name;

        public byte[][] Documents { get; } = [.. documents];

        public bool IsCut => maxTokens < int.MaxValue;

        public long Bytes => Documents.Sum(d => (long)d.Length);

        /// <summary>Tokens of the last pass, without [CLS] and [SEP].</summary>
        public long Tokens { get; private set; }

        public double TokensPerSecond(WordPieceTokenizer tokenizer)
        {
            long start = Stopwatch.GetTimestamp();
            long tokens = 0;
            foreach (byte[] document in Documents)
            {
                tokens += tokenizer.Encode(document, _ids).Count - 2;
            }

            Tokens = tokens;
            return tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public double AllocatedBytesPerDocument(WordPieceTokenizer tokenizer)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (byte[] document in Documents)
            {
                tokenizer.Encode(document, _ids);
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Documents.Length;
        }
    }
}
