using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Schemas;
using Sluice.Worker.Documents.Avro;
using Worker.Tests.Documents.Avro;

namespace Worker.Tests.Schemas;

public sealed class PredictionJsonTests
{
    private static readonly WriterType Avro = SchemaReader.Read(Prediction.SchemaText);
    private static readonly JsonElement Fields = Vectors.Parse(Prediction.SchemaText).GetProperty("fields");

    [Fact]
    public void A_label_is_one_line_of_UTF_8_with_every_field_in_the_order_of_the_Avro_schema()
    {
        string json = Text(RecordsTests.CreatePrediction() with { DocumentId = "é \"1\"\n", StudentsUsed = null });
        Assert.Equal(
            """
            {"document_id":"é \"1\"\n","label":"spam","scores":[{"label":"ham","score":0.25},{"label":"spam","score":0.75}],
            "model_id":"mail","model_version":"3","mode":"EARLY_EXIT","precision":"int8","students_used":null,"exit_layer":6,"tokens":512,
            "truncated":true,"source_topic":"in","source_partition":2,"source_offset":9000000000,"source_timestamp":1096934400123,
            "labelled_at":1096934400999,"revision":2,"exit":"layer:6","confidence":0.75,"chosen_for_audit":true,"thresholds_version":"7",
            "model_digest":"sha256:00","fields":{"language":"de"}}
            """.ReplaceLineEndings(""),
            json);
        Assert.Equal(Fields.EnumerateArray().Select(field => field.GetProperty("name").GetString()),
            Vectors.Parse(json).EnumerateObject().Select(member => member.Name));
    }

    /// <summary>The oracle is the payload that goes out as Avro, read by the reader of foreign bytes.</summary>
    [Fact]
    public void A_label_says_in_JSON_what_it_says_in_Avro() => Prop.ForAll<int>(seed =>
    {
        Prediction prediction = Any(new Random(seed));
        JsonElement avro = Vectors.Parse(Payloads.Json(Avro, RecordsTests.Bytes(prediction))!);
        JsonElement json = Vectors.Parse(Text(prediction));
        return Fields.EnumerateArray().All(field =>
        {
            string name = field.GetProperty("name").GetString()!;
            JsonElement expected = avro.GetProperty(name);
            bool isTagged = field.GetProperty("type").ValueKind == JsonValueKind.Array && expected.ValueKind == JsonValueKind.Object;
            return JsonSame.Check(isTagged ? expected.EnumerateObject().Single().Value : expected, json.GetProperty(name));
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_label_is_valid_by_the_published_schema() => Prop.ForAll<int>(seed =>
        JsonSchemaCheck.Faults(PredictionSchemaTests.Published, Vectors.Parse(Text(Any(new Random(seed))))).Length == 0)
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_score_that_is_no_number_is_never_written_as_one(float score) =>
        Assert.ThrowsAny<ArgumentException>(() => Text(RecordsTests.CreatePrediction() with { Scores = [new LabelScore("ham", score)] }));

    [Fact]
    public void Writing_a_label_allocates_no_more_than_1_kB()
    {
        Prediction prediction = RecordsTests.CreatePrediction();
        ArrayBufferWriter<byte> output = new(4096);
        PredictionJson.Write(prediction, output);
        output.ResetWrittenCount();
        long before = GC.GetAllocatedBytesForCurrentThread();
        PredictionJson.Write(prediction, output);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }

    private static string Text(Prediction prediction)
    {
        ArrayBufferWriter<byte> output = new();
        PredictionJson.Write(prediction, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static Prediction Any(Random random) => new()
    {
        DocumentId = Word(random),
        Label = Word(random),
        Scores = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new LabelScore(Word(random), Score(random)))],
        ModelId = Word(random),
        ModelVersion = Word(random),
        Mode = (PredictionMode)random.Next(4),
        Precision = Word(random),
        StudentsUsed = Maybe(random, random.Next()),
        ExitLayer = Maybe(random, random.Next(int.MinValue, 0)),
        Tokens = random.Next(),
        Truncated = random.Next(2) == 0,
        SourceTopic = Word(random),
        SourcePartition = random.Next(),
        SourceOffset = random.NextInt64(),
        SourceTimestamp = Maybe(random, Time(random)),
        LabelledAt = Time(random),
        Revision = random.Next(),
        Exit = random.Next(2) == 0 ? null : Word(random),
        Confidence = Maybe(random, Score(random)),
        ChosenForAudit = random.Next(2) == 0,
        ThresholdsVersion = random.Next(2) == 0 ? null : Word(random),
        ModelDigest = random.Next(2) == 0 ? null : Word(random),
        Fields = Enumerable.Range(0, random.Next(3)).ToDictionary(number => $"{number}{Word(random)}", _ => Word(random)),
    };

    private static T? Maybe<T>(Random random, T value)
        where T : struct => random.Next(2) == 0 ? null : value;

    private static float Score(Random random) => random.NextSingle() * MathF.Pow(10, -random.Next(40));

    private static DateTimeOffset Time(Random random) =>
        DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(
            DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    // Control characters, quotes, what HTML and JSON escape, halves of surrogate pairs, whole ones.
    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(4) switch
    {
        0 => ((char)random.Next(0x80)).ToString(),
        1 => ((char)random.Next(0x10000)).ToString(),
        2 => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
        _ => "a",
    }));
}
