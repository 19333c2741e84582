using System.Diagnostics;
using Avro;
using Avro.Generic;
using Avro.IO;
using Benchmarks.Formats;
using Sluice.Worker.Documents.Avro;

namespace Benchmarks;

/// <summary><c>./sluice bench avro</c>: what it costs to find a document's text in someone else's record.</summary>
internal static class AvroBenchmark
{
    private const double GoalBytesPerSecond = 2e9;
    private const int PayloadBytes = 1024;
    private const int Records = 100_000;

    private const string ReaderText =
        """{"type":"record","name":"Article","namespace":"org.example.news","fields":[{"name":"text","type":"string"}]}""";

    public static Benchmark Create() => new(
        "avro",
        "One text field out of a record of 12 fields and 1 KiB, on one thread: bytes a second and allocated bytes.",
        "Finds the text of a 1,024-byte record in place (as the worker does), as a new string, by checking every byte of the record, "
        + "and by Apache.Avro with a reader's schema of that field alone. Goals: 2 GB/s in place; 0 B allocated in place, and nothing "
        + "beside the one string.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        WriterType schema = SchemaReader.Read(Article.Schema);
        Projection projection = Projection.Compile(schema, ["text"]), check = Projection.CompileCheck(schema);
        GenericDatumReader<GenericRecord> package = new(Schema.Parse(Article.Schema), Schema.Parse(ReaderText));
        string text = Article.Fitting(PayloadBytes, Article.ToAvro);
        byte[] payload = Article.ToAvro(text);
        if (!check.TryRead(payload, [], out _)) throw Unreadable();
        run.Note($"{Records:#,##0} records a round; {run.Rounds} rounds");

        var fields = new FieldSlice[1];
        Func<int>[] readers =
        [
            () => Read(projection, payload, fields).Length,
            () => projection.Text(Read(projection, payload, fields), payload)!.Length,
            () => check.TryRead(payload, [], out _) ? 1 : throw Unreadable(),
            () => ((string)package.Read(null!, new BinaryDecoder(new MemoryStream(payload)))["text"]).Length,
        ];
        string[] names = ["text in place, as UTF-8 bytes", "text as a string", "every byte checked",
            "Apache.Avro, a reader's schema of the text alone"];
        Sample[] speed = InterleavedRounds.Run(run.Rounds,
            [.. readers.Select((reader, i) => new Contestant(names[i], () => BytesPerSecond(reader)))], cancel);
        double[] allocated = [.. readers.Select(AllocatedBytes)];

        ReportTable table = run.Report.AddTable("A record of 12 fields and 1,024 bytes, one thread: median (min..max)", "reader", "GB/s",
            "ns/record", "B/record");
        for (int i = 0; i < readers.Length; i++)
            table.AddRow(names[i], speed[i].Times(1e-9), PayloadBytes * 1e9 / speed[i].Median, allocated[i]);

        run.Report.AddFigureAtLeast("bytes_per_s_text_in_place", speed[0].Median, "B/s", GoalBytesPerSecond);
        run.Report.AddFigureAtMost("allocated_bytes_per_document_in_place", allocated[0], "B/document", 0);
        run.Report.AddFigureAtMost("allocated_bytes_per_document_beside_the_string",
            allocated[1] - AllocatedBytes(() => new string('x', text.Length).Length), "B/document", 0);
    }

    private static double BytesPerSecond(Func<int> reader)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Records; i++) reader();
        return (double)PayloadBytes * Records / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double AllocatedBytes(Func<int> reader)
    {
        const int calls = 1000;
        reader();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++) reader();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)calls;
    }

    private static FieldSlice Read(Projection projection, byte[] payload, FieldSlice[] fields) =>
        projection.TryRead(payload, fields, out _) ? fields[0] : throw Unreadable();

    private static UnreachableException Unreadable() => new("The benchmark's own record cannot be read. This is a bug.");
}
