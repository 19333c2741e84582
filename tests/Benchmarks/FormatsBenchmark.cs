using System.Buffers;
using System.Diagnostics;
using System.Text;
using Benchmarks.Formats;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Cli.Embedded;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Registry;

namespace Benchmarks;

/// <summary><c>./sluice bench formats</c>: what it costs to find a document's text and id in a record's value, in each format.</summary>
internal static class FormatsBenchmark
{
    private const double AvroGoal = 500_000, JsonGoal = 250_000;
    private const int DocumentBytes = 1024, AllDocuments = 500_000;

    /// <summary>A format with a value to read, and where its text is.</summary>
    private sealed record Case(string Name, string Figure, IDocumentFormat Format, byte[] Value, string Text, double? Goal)
    {
        public double DocumentsPerSecond(int documents)
        {
            DocumentFields fields = new(1);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < documents; i++) Read(fields);
            return documents / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public double AllocatedBytes(int documents)
        {
            DocumentFields fields = new(1);
            Read(fields);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < documents; i++) Read(fields);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)documents;
        }

        /// <summary>That the text is found, which nothing looks at while time is taken.</summary>
        public void Check()
        {
            DocumentFields fields = new(1);
            Read(fields);
            string found = Encoding.UTF8.GetString(fields.BytesOf(fields.Text[0], Value));
            if (found != Text) throw new UnreachableException($"{Name}: the text is '{found}' and not '{Text}'. This is a bug.");
        }

        private void Read(DocumentFields fields)
        {
            fields.Clear();
            if (Format.Read([], Value, fields) is not RecordContent.Document and var other)
                throw new UnreachableException($"{Name}: {other}: the benchmark's own document. This is a bug.");
        }
    }

    public static Benchmark Create() => new(
        "formats",
        "Reading of documents of 1 KiB in each format, on one thread: documents and bytes a second, and allocated bytes.",
        "The text and the id of a record of 12 fields are found in its value as the worker finds them, the schema being known: Avro in "
        + "place, and with the strings of an array joined; JSON, with a text as it stands and with one that has escapes; both behind "
        + "Debezium's envelope, as a change event wraps a row in them, in JSON with a description of its fields; and plain text, which is "
        + $"only checked to be UTF-8. Each document has {DocumentBytes:N0} bytes, a change event what it adds. Goals: {AvroGoal:N0} "
        + $"documents/s for Avro, {JsonGoal:N0} for JSON; nothing allocated.",
        RunAsync)
    { Documents = AllDocuments };

    private static async Task RunAsync(BenchmarkRun run, CancellationToken cancel)
    {
        await using EmbeddedRegistry registry = new();
        using RegistryClient client = new(new RegistryOptions { Url = (await registry.StartAsync(cancel)).ToString() });
        Case[] cases = await CasesAsync(client, cancel);
        bool all = run.Documents == AllDocuments;
        run.Note($"{run.Documents:#,##0} documents of each format a round; {run.Rounds} rounds");
        foreach (Case one in cases) one.Check();
        Sample[] speed = await Task.Run(() => InterleavedRounds.Run(run.Rounds,
            [.. cases.Select(one => new Contestant(one.Name, () => one.DocumentsPerSecond(run.Documents)))], cancel), cancel);

        ReportTable table = run.Report.AddTable($"{(all ? "" : "trial: ")}Text and id, one thread: median (min..max)", "format",
            "documents/s", "MB/s", "ns/document", "bytes/document", "allocated B/document");
        for (int i = 0; i < cases.Length; i++)
        {
            double allocated = cases[i].AllocatedBytes(Math.Min(1000, run.Documents));
            table.AddRow(cases[i].Name, speed[i], speed[i].Times(cases[i].Value.Length * 1e-6), 1e9 / speed[i].Median,
                cases[i].Value.Length, allocated);
            if (!all) continue;
            if (cases[i].Goal is { } goal)
                run.Report.AddFigureAtLeast($"documents_per_s_{cases[i].Figure}", speed[i].Median, "documents/s", goal);
            else
                run.Report.AddFigure($"documents_per_s_{cases[i].Figure}", speed[i].Median, "documents/s");
            run.Report.AddFigureAtMost($"allocated_bytes_per_document_{cases[i].Figure}", allocated, "B/document", 0);
        }

        if (!all)
            run.Note($"This was a trial of {run.Documents:#,##0} documents in place of {AllDocuments:#,##0}: it has no figures, and its "
                + "table is no result.");
    }

    private static async Task<Case[]> CasesAsync(RegistryClient client, CancellationToken cancel)
    {
        int id = await client.RegisterAsync("articles-value", Article.Schema, cancel);
        int envelope = await client.RegisterAsync("changes-value", Article.EnvelopeSchema, cancel);
        byte[] Framed(string text) => [.. Header(id), .. Article.ToAvro(text)];
        byte[] InEnvelope(string text) => [.. Header(envelope), .. Article.ToAvroEnvelope(text)];

        async Task<IDocumentFormat> AvroAsync(InputOptions input, byte[] value)
        {
            AvroFormat format = new(client, input, new OutputOptions(), TimeProvider.System,
                NullLogger<AvroFormat>.Instance);
            return await format.PrepareAsync([], value, cancel) is { } fault
                ? throw new UnreachableException($"{fault.Detail}: the benchmark's own schema. This is a bug.")
                : format;
        }

        string avro = Article.Fitting(DocumentBytes, Framed), json = Article.Fitting(DocumentBytes, Article.ToJson);
        string escaped = Escaped(Article.Fitting(DocumentBytes, text => Article.ToJson(Escaped(text))));
        string text = Article.Fitting(DocumentBytes, Encoding.UTF8.GetBytes);
        InputOptions ofAvro = Input(InputFormat.Avro, "text", "id"), ofJson = Input(InputFormat.Json, "text", "id");
        JsonFormat plain = new(ofJson, new OutputOptions());
        return
        [
            new("Avro, in place", "avro", await AvroAsync(ofAvro, Framed("")), Framed(avro), avro, AvroGoal),
            new("Avro, strings of an array", "avro_array", await AvroAsync(ofAvro with { TextFields = ["labels[]"] }, Framed("")),
                Framed(avro), "business oil", null),
            new("Avro, behind Debezium's envelope", "avro_envelope",
                await AvroAsync(ofAvro with { Envelope = InputEnvelope.Debezium }, InEnvelope("")), InEnvelope(avro), avro, null),
            new("JSON", "json", plain, Article.ToJson(json), json, JsonGoal),
            new("JSON, text with escapes", "json_escaped", plain, Article.ToJson(escaped), escaped, null),
            new("JSON, behind Debezium's envelope", "json_envelope",
                new JsonFormat(ofJson with { Envelope = InputEnvelope.Debezium }, new OutputOptions()),
                Article.ToEnvelope(json), json, null),
            new("text", "text", new TextFormat(), Encoding.UTF8.GetBytes(text), text, null),
        ];
    }

    private static byte[] Header(int schema)
    {
        ArrayBufferWriter<byte> output = new();
        WireHeader.Write(output, schema);
        return output.WrittenSpan.ToArray();
    }

    private static InputOptions Input(InputFormat format, string text, string id) =>
        new() { Format = format, TextFields = [text], IdField = id };

    // A line for each sentence, and a word in quotes.
    private static string Escaped(string text) => text.Replace(". ", ".\n", StringComparison.Ordinal)
        .Replace("new figures", "\"figures\"", StringComparison.Ordinal);
}
