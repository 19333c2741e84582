using System.Buffers;
using System.Text.Json;
using Avro;
using Sluice.Schemas;
using Sluice.Worker.Documents.Avro;
using Worker.Tests.Documents.Avro;

namespace Worker.Tests.Schemas;

public sealed class RecordsTests
{
    [Fact]
    public void A_prediction_is_read_back_as_it_was_written()
    {
        Prediction prediction = CreatePrediction();
        Prediction back = Prediction.Read(Bytes(prediction));
        Assert.Equal(prediction.Scores, back.Scores);
        Assert.Equal(prediction.Fields, back.Fields);
        Assert.Equal(prediction, back with { Scores = prediction.Scores, Fields = prediction.Fields });
    }

    [Fact]
    public void Every_field_of_a_prediction_is_shown_under_its_name()
    {
        JsonElement json = Vectors.Parse(Payloads.Json(SchemaReader.Read(Prediction.SchemaText), Bytes(CreatePrediction()))!);
        JsonSame.Assert(Vectors.Parse("""
            {"document_id":"d-1","label":"spam","scores":[{"label":"ham","score":0.25},{"label":"spam","score":0.75}],"model_id":"mail","model_version":"3","mode":"EARLY_EXIT",
             "precision":"int8","students_used":null,"exit_layer":{"int":6},"tokens":512,"truncated":true,"source_topic":"in","source_partition":2,"source_offset":9000000000,
             "source_timestamp":{"long":1096934400123},"labelled_at":1096934400999,"revision":2,"exit":{"string":"layer:6"},"confidence":{"float":0.75},"chosen_for_audit":true,
             "thresholds_version":{"string":"7"},"model_digest":{"string":"sha256:00"},"fields":{"language":"de"}}
            """), json);
    }

    [Fact]
    public void A_label_that_says_no_more_than_it_must_holds_the_defaults()
    {
        var plain = new Prediction
        {
            DocumentId = "d",
            Label = "ham",
            Scores = [],
            ModelId = "m",
            ModelVersion = "1",
            Mode = PredictionMode.Teacher,
            Precision = "int8",
            Tokens = 2,
            Truncated = false,
            SourceTopic = "in",
            SourcePartition = 0,
            SourceOffset = 0,
            LabelledAt = DateTimeOffset.UnixEpoch,
        };
        Prediction back = Prediction.Read(Bytes(plain));
        Assert.Equal((0, null, null, false, null, null),
            (back.Revision, back.Exit, back.Confidence, back.ChosenForAudit, back.ThresholdsVersion, back.ModelDigest));
        Assert.Empty(back.Fields);
    }

    [Fact]
    public void The_modes_have_the_indices_of_the_schema()
    {
        var mode = (EnumSchema)((RecordSchema)Schema.Parse(Prediction.SchemaText))["mode"].Schema;
        Assert.Equal(Enum.GetNames<PredictionMode>().Select(n => n.ToUpperInvariant()),
            mode.Symbols.Select(s => s.Replace("_", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("2004-10-05T00:00:00.1239999+02:00")]
    [InlineData("1969-12-31T23:59:59.9999999Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public void A_time_is_kept_to_the_millisecond_that_it_is_in(string text)
    {
        var time = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Prediction back = Prediction.Read(Bytes(CreatePrediction() with { LabelledAt = time, SourceTimestamp = time }));
        Assert.Equal((time.ToUnixTimeMilliseconds(), time.ToUnixTimeMilliseconds()),
            (back.LabelledAt.ToUnixTimeMilliseconds(), back.SourceTimestamp!.Value.ToUnixTimeMilliseconds()));
    }

    [Theory]
    [InlineData("""{"type":"record","name":"A","fields":[{"name":"t","type":{"type":"long","logicalType":"timestamp-millis"}}]}""")]
    [InlineData("""{ "type": "record", "name": "A", "fields": [{ "name": "t", "type": ["null", { "logicalType" : "timestamp-millis", "type": "long" }] }] }""")]
    public void Logical_types_are_taken_off_whatever_the_layout_of_the_schema(string text)
    {
        string plain = Contract.WithoutLogicalTypes(text);
        Assert.DoesNotContain("logicalType", plain, StringComparison.Ordinal);
        Assert.Equal(SchemaNormalization.ToParsingForm(Schema.Parse(text)), SchemaNormalization.ToParsingForm(Schema.Parse(plain)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Re: lunch")]
    public void A_document_is_read_back_and_the_projection_finds_its_fields(string? subject)
    {
        var document = new Document("d-1", subject, "Grüße 😀");
        var output = new ArrayBufferWriter<byte>();
        document.Write(output);
        Assert.Equal(document, Document.Read(output.WrittenSpan));
        WriterType schema = SchemaReader.Read(Document.SchemaText);
        Assert.Equal<string?>([document.Id, document.Subject, document.Body],
            new[] { "id", "subject", "body" }.Select(path => Payloads.Text(schema, path, output.WrittenSpan.ToArray())));
    }

    [Fact]
    public void Writing_a_prediction_allocates_no_more_than_3_kB()
    {
        Prediction prediction = CreatePrediction();
        var output = new ArrayBufferWriter<byte>(4096);
        prediction.Write(output);
        output.ResetWrittenCount();
        long before = GC.GetAllocatedBytesForCurrentThread();
        prediction.Write(output);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3072);
    }

    [Fact]
    public void A_damaged_prediction_is_refused_and_says_what_it_should_be()
    {
        byte[] whole = Bytes(CreatePrediction());
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.Contains("no sluice.Prediction", Assert.Throws<InvalidDataException>(() => Prediction.Read(cut)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<InvalidDataException>(() => Prediction.Read([.. whole, 0]));
    }

    internal static byte[] Bytes(Prediction prediction)
    {
        var output = new ArrayBufferWriter<byte>();
        prediction.Write(output);
        return output.WrittenSpan.ToArray();
    }

    internal static Prediction CreatePrediction() => new()
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
        Revision = 2,
        Exit = "layer:6",
        Confidence = 0.75f,
        ChosenForAudit = true,
        ThresholdsVersion = "7",
        ModelDigest = "sha256:00",
        Fields = new Dictionary<string, string> { ["language"] = "de" },
    };
}
