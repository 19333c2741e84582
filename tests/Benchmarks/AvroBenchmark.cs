using System.Diagnostics;
using Avro;
using Avro.Generic;
using Avro.IO;
using Sluice.Worker.Documents.Avro;

namespace Benchmarks;

/// <summary><c>./sluice bench avro</c>: what it costs to find a document's text in someone else's record.</summary>
internal static class AvroBenchmark
{
    private const double GoalBytesPerSecond = 2e9;
    private const int PayloadBytes = 1024;
    private const int Records = 100_000;

    // Twelve fields of every common kind; the text is the eighth.
    private const string SchemaText = """
        {"type":"record","name":"Article","namespace":"org.example.news","fields":[
          {"name":"id","type":{"type":"string","logicalType":"uuid"}},
          {"name":"version","type":"int"},
          {"name":"published","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"language","type":{"type":"enum","name":"Language","symbols":["EN","DE","FR"]}},
          {"name":"score","type":["null","double"]},
          {"name":"labels","type":{"type":"array","items":"string"}},
          {"name":"author","type":["null",{"type":"record","name":"Person","fields":[
            {"name":"name","type":"string"},{"name":"address","type":["null","string"]}]}]},
          {"name":"text","type":"string"},
          {"name":"digest","type":{"type":"fixed","name":"Md5","size":16}},
          {"name":"headers","type":{"type":"map","values":"string"}},
          {"name":"draft","type":"boolean"},
          {"name":"revisions","type":"long"}]}
        """;

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
        WriterType schema = SchemaReader.Read(SchemaText);
        Projection projection = Projection.Compile(schema, ["text"]), check = Projection.CompileCheck(schema);
        GenericDatumReader<GenericRecord> package = new(Schema.Parse(SchemaText), Schema.Parse(ReaderText));
        byte[] payload = Payload(check, out string text);
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

    /// <summary>A payload of exactly 1,024 bytes: the text fills what the other fields leave.</summary>
    private static byte[] Payload(Projection check, out string text)
    {
        const string prose = "Stocks fell on Tuesday, and oil rose, as traders weighed new figures from the naïve café of the market. ";
        for (int length = PayloadBytes; length > 0; length--)
        {
            text = string.Concat(Enumerable.Repeat(prose, 10))[..length];
            byte[] payload = Encode(text);
            if (payload.Length == PayloadBytes) return check.TryRead(payload, [], out _) ? payload : throw Unreadable();
        }

        throw new UnreachableException("No text fills the payload. This is a bug.");
    }

    private static byte[] Encode(string text)
    {
        using var output = new MemoryStream();
        var writer = new BinaryEncoder(output);
        writer.WriteString("550e8400-e29b-41d4-a716-446655440000");
        writer.WriteLong(3);
        writer.WriteLong(1_096_934_400_000);
        writer.WriteLong(1);
        writer.WriteLong(1);
        writer.WriteDouble(0.25);
        WriteBlock(writer, ["business", "oil"]);
        writer.WriteLong(1);
        writer.WriteString("A. Writer");
        writer.WriteLong(0);
        writer.WriteString(text);
        writer.WriteFixed(new byte[16]);
        WriteBlock(writer, ["source", "wire", "desk", "markets"], items: 2);
        writer.WriteBoolean(false);
        writer.WriteLong(12);
        return output.ToArray();
    }

    private static void WriteBlock(BinaryEncoder writer, string[] texts, int? items = null)
    {
        writer.WriteLong(items ?? texts.Length);
        foreach (string text in texts) writer.WriteString(text);
        writer.WriteLong(0);
    }
}
