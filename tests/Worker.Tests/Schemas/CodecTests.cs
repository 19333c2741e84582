using System.Buffers;
using System.Text;
using System.Text.Json;
using Sluice.Schemas;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas;

public sealed class CodecTests
{
    [Fact]
    public void A_prediction_is_read_back_as_it_was_written()
    {
        Prediction prediction = CreatePrediction();
        var output = new ArrayBufferWriter<byte>();
        PredictionCodec.Write(prediction, output);
        Prediction back = PredictionCodec.Read(output.WrittenSpan);
        Assert.Equal(prediction.Scores, back.Scores);
        Assert.Equal(prediction, back with { Scores = prediction.Scores });
    }

    [Fact]
    public void The_generic_reader_finds_every_field_of_a_prediction_under_its_name()
    {
        var output = new ArrayBufferWriter<byte>();
        PredictionCodec.Write(CreatePrediction(), output);
        JsonElement json = Json(PredictionCodec.SchemaText, output.WrittenSpan);
        JsonSame.Assert(Vectors.Parse("""
            {"document_id":"d-1","label":"spam","scores":[{"label":"ham","score":0.25},{"label":"spam","score":0.75}],"model_id":"mail","model_version":"3","mode":"EARLY_EXIT",
             "precision":"int8","students_used":null,"exit_layer":{"int":6},"tokens":512,"truncated":true,"source_topic":"in","source_partition":2,"source_offset":9000000000,
             "source_timestamp":{"long":1096934400123},"labelled_at":1096934400999}
            """), json);
    }

    [Fact]
    public void A_reader_with_an_older_enum_sees_a_later_mode_as_unknown()
    {
        Schema reader = SchemaParser.Parse(PredictionCodec.SchemaText);
        Schema writer = SchemaParser.Parse(PredictionCodec.SchemaText.Replace("\"EARLY_EXIT\"", "\"SOME_LATER_MODE\"", StringComparison.Ordinal));
        var output = new ArrayBufferWriter<byte>();
        PredictionCodec.Write(CreatePrediction(), output);
        AvroValue value = Resolution.Compile(writer, reader).Read(output.WrittenSpan);
        Assert.Equal((long)PredictionMode.Unknown, value.AsItems[((RecordSchema)reader).Find("mode")!.Position].Bits);
    }

    [Fact]
    public void The_modes_have_the_indices_of_the_schema()
    {
        var mode = (EnumSchema)((RecordSchema)SchemaParser.Parse(PredictionCodec.SchemaText)).Find("mode")!.Type;
        Assert.Equal(Enum.GetNames<PredictionMode>().Select(n => n.ToUpperInvariant()), mode.Symbols.Select(s => s.Replace("_", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Re: lunch")]
    public void A_document_is_read_back_and_the_projection_finds_its_fields(string? subject)
    {
        var document = new Document("d-1", subject, "Grüße 😀");
        var output = new ArrayBufferWriter<byte>();
        DocumentCodec.Write(document, output);
        Assert.Equal(document, DocumentCodec.Read(output.WrittenSpan));
        Projection projection = Projection.Compile(SchemaParser.Parse(DocumentCodec.SchemaText), ["id", "subject", "body"]);
        FieldSlice[] fields = new FieldSlice[3];
        projection.Read(output.WrittenSpan, fields);
        string?[] texts = [projection.Text(0, fields[0], output.WrittenSpan), projection.Text(1, fields[1], output.WrittenSpan), projection.Text(2, fields[2], output.WrittenSpan)];
        Assert.Equal<string?>([document.Id, document.Subject, document.Body], texts.AsEnumerable());
    }

    [Fact]
    public void Writing_a_prediction_allocates_nothing()
    {
        Prediction prediction = CreatePrediction();
        var output = new ArrayBufferWriter<byte>(4096);
        PredictionCodec.Write(prediction, output);
        output.ResetWrittenCount();
        long before = GC.GetAllocatedBytesForCurrentThread();
        PredictionCodec.Write(prediction, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_damaged_prediction_is_refused_with_its_field()
    {
        var output = new ArrayBufferWriter<byte>();
        PredictionCodec.Write(CreatePrediction(), output);
        for (int length = 0; length < output.WrittenCount; length++)
        {
            byte[] cut = output.WrittenSpan[..length].ToArray();
            AvroDecodeException exception = Assert.Throws<AvroDecodeException>(() => PredictionCodec.Read(cut));
            Assert.NotEmpty(exception.Path);
        }
    }

    private static JsonElement Json(string schemaText, ReadOnlySpan<byte> payload)
    {
        Schema schema = SchemaParser.Parse(schemaText);
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output)) JsonEncoding.Write(writer, Resolution.Compile(schema).Read(payload), schema);
        return Vectors.Parse(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static Prediction CreatePrediction() => new()
    {
        DocumentId = "d-1",
        Label = "spam",
        Scores = [new LabelScore("ham", 0.25f), new LabelScore("spam", 0.75f)],
        ModelId = "mail",
        ModelVersion = "3",
        Mode = PredictionMode.EarlyExit,
        Precision = "int8",
        ExitLayer = 6,
        Tokens = 512,
        Truncated = true,
        SourceTopic = "in",
        SourcePartition = 2,
        SourceOffset = 9_000_000_000,
        SourceTimestamp = DateTimeOffset.FromUnixTimeMilliseconds(1_096_934_400_123),
        LabelledAt = DateTimeOffset.FromUnixTimeMilliseconds(1_096_934_400_999),
    };
}
