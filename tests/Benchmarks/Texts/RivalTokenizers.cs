using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Sluice.Inference.Tokenization;

namespace Benchmarks.Texts;

/// <summary>The WordPiece tokenizers that others publish, beside ours: tokens a second on the same texts, and on how many golden lines each
/// splits otherwise than the model's own tokenizer.</summary>
/// <remarks>
/// Each is called as its authors mean it, with the options under which it differs least: the others take strings, which are there already,
/// and ours the UTF-8 bytes that documents come in. The program runs without ICU, as the worker does; .NET's normalization, which the
/// others take accents off by, does nothing then. With ICU FastBertTokenizer differs on 167 lines and Microsoft.ML.Tokenizers on 1,044.
/// </remarks>
internal sealed class RivalTokenizers
{
    /// <summary>What does not cut any text.</summary>
    public const int MostTokens = 1 << 20; // no text here has more bytes

    private readonly Rival[] _all;

    /// <param name="vocabulary">A vocab.txt of an uncased model.</param>
    public RivalTokenizers(string vocabulary)
    {
        WordPieceTokenizer ours = new(Vocabulary.Load(vocabulary), new WordPieceOptions());
        FastBertTokenizer.BertTokenizer fast = new();
        using (StreamReader lines = new(vocabulary)) fast.LoadVocabulary(lines, convertInputToLowercase: true);
        Microsoft.ML.Tokenizers.BertOptions options = new()
        {
            LowerCaseBeforeTokenization = true,
            RemoveNonSpacingMarks = true,
            SplitOnSpecialTokens = false,
        };
        Microsoft.ML.Tokenizers.BertTokenizer microsoft = Microsoft.ML.Tokenizers.BertTokenizer.Create(vocabulary, options);
        int[] ids = new int[MostTokens];
        long[] wide = new long[MostTokens], mask = new long[MostTokens];
        _all =
        [
            new("ours", (text, most) => ids.AsMemory(0, ours.Encode(text.Utf8, ids.AsSpan(0, most)).Count)),
            new($"FastBertTokenizer {Version<FastBertTokenizer.BertTokenizer>()}", (text, most) =>
            {
                int count = fast.Encode(text.Text, wide.AsSpan(0, most), mask.AsSpan(0, most));
                for (int i = 0; i < count; i++) ids[i] = (int)wide[i];
                return ids.AsMemory(0, count);
            }),
            new($"Microsoft.ML.Tokenizers {Version<Microsoft.ML.Tokenizers.BertTokenizer>()}", (text, most) =>
                ((List<int>)microsoft.EncodeToIds(text.Text, most, addSpecialTokens: true, out _, out _)).ToArray()),
        ];
    }

    /// <summary>Measures all of them and writes a table and figures.</summary>
    /// <param name="run">The benchmark.</param>
    /// <param name="corpora">Texts by name, each with the tokens at which documents are cut.</param>
    /// <param name="golden">cases.jsonl.gz of the vectors: texts with the ids that Hugging Face's tokenizers give.</param>
    /// <param name="cancel">Ends it.</param>
    public void Measure(BenchmarkRun run, IReadOnlyList<(string Name, byte[][] Documents, int MaxTokens)> corpora, string golden,
        CancellationToken cancel)
    {
        GoldenLine[] lines = [.. ReadGolden(golden)];
        int[] differ = [.. _all.Select(rival => lines.Count(line => !IsSame(line, rival)))];
        ReportTable table = run.Report.AddTable(
            "Beside other tokenizers, one thread: median (min..max); tokens as ours counts them",
            "tokenizer", "text", "million tokens/s", "ours, times as fast", "B/document",
                $"golden lines that differ, of {lines.Length:#,##0}");
        foreach ((string name, byte[][] documents, int maxTokens) in corpora)
        {
            Document[] texts = [.. documents.Select(document => new Document(document, Encoding.UTF8.GetString(document)))];
            long tokens = texts.Sum(text => (long)_all[0].Encode(text, maxTokens).Length - 2); // without [CLS] and [SEP]
            Sample[] speed = InterleavedRounds.Run(run.Rounds,
                [.. _all.Select(rival => new Contestant(rival.Name, () => tokens / Seconds(rival, texts, maxTokens)))], cancel);
            for (int i = 0; i < _all.Length; i++)
                table.AddRow(_all[i].Name, name, speed[i].Times(1e-6), i == 0 ? "-" : speed[0].Over(speed[i]),
                    AllocatedBytes(_all[i], texts, maxTokens), differ[i]);
            string onWhat = name.ToLowerInvariant().Replace(", ", "_", StringComparison.Ordinal).Replace(' ', '_');
            run.Report.AddFigureAtLeast(
                $"times_as_fast_as_the_fastest_other_{onWhat}", speed[1..].Min(other => speed[0].Over(other).Median), "x", 1);
        }

        run.Report.AddFigureAtMost("golden_lines_that_differ", differ[0], "lines", 0);
        run.Report.AddFigureAtLeast("golden_lines_that_differ_with_the_closest_other", differ[1..].Min(), "lines", 1);
    }

    private static double Seconds(Rival rival, Document[] texts, int maxTokens)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (Document text in texts) rival.Encode(text, maxTokens);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double AllocatedBytes(Rival rival, Document[] texts, int maxTokens)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (Document text in texts) rival.Encode(text, maxTokens);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)texts.Length;
    }

    // Either reading of a special token's name in a text will do: as plain text, as ours takes it, or as the token.
    private static bool IsSame(GoldenLine line, Rival rival)
    {
        ReadOnlySpan<int> found = rival.Encode(new Document(Encoding.UTF8.GetBytes(line.Text), line.Text), MostTokens).Span[1..^1];
        return found.SequenceEqual(line.Ids) || (line.PlainIds is { } plain && found.SequenceEqual(plain));
    }

    private static IEnumerable<GoldenLine> ReadGolden(string path)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            yield return new(json.RootElement.GetProperty("text").GetString()!, Ids("ids")!, Ids("ids_plain"));
            int[]? Ids(string name) => json.RootElement.TryGetProperty(name, out JsonElement ids) && ids.ValueKind == JsonValueKind.Array
                ? [.. ids.EnumerateArray().Select(id => id.GetInt32())] : null;
        }
    }

    private static string Version<T>() =>
        typeof(T).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private sealed record Document(byte[] Utf8, string Text);

    private sealed record GoldenLine(string Text, int[] Ids, int[]? PlainIds);

    /// <param name="Name">As it stands in the table.</param>
    /// <param name="Encode">The ids of a text, [CLS] and [SEP] among them, at most so many; good until the next call.</param>
    private sealed record Rival(string Name, Func<Document, int, ReadOnlyMemory<int>> Encode);
}
