using Avro;
using Avro.Generic;
using Avro.IO;
using Sluice.Schemas;

namespace Worker.Tests.Schemas;

/// <summary>
/// Readers and writers of labels that know another version of prediction.avsc: full compatibility, by Apache.Avro's resolution, with all
/// that there ever were.
/// </summary>
public sealed class CompatibilityTests
{
    /// <summary>Every version, in order, as TestData/predictions keeps them.</summary>
    public static TheoryData<int> Versions => [.. Enumerable.Range(1, Directory.GetFiles(FolderOfVersions).Length)];

    private static string FolderOfVersions => Path.Combine(AppContext.BaseDirectory, "TestData", "predictions");

    [Fact]
    public void The_last_version_kept_is_the_one_that_is_written() =>
        Assert.Equal(Prediction.SchemaText,
            Text(Versions.Count)); // a change of prediction.avsc adds a file: what was ever registered is never forgotten

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_label_of_today_is_read_by_a_reader_of_any_version(int version)
    {
        GenericRecord read = Read(RecordsTests.Bytes(RecordsTests.CreatePrediction()), writer: Prediction.SchemaText,
            reader: Text(version));
        Assert.Equal(("d-1", "spam", "EARLY_EXIT", 6),
            (read["document_id"], read["label"], ((GenericEnum)read["mode"]).Value, read["exit_layer"]));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_label_of_any_version_is_read_by_a_reader_of_today(int version)
    {
        var schema = (RecordSchema)Schema.Parse(Text(version));
        GenericRecord written = Read(RecordsTests.Bytes(RecordsTests.CreatePrediction()), writer: Prediction.SchemaText,
            reader: Text(version));
        using var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(schema).Write(written, new BinaryEncoder(stream));
        GenericRecord read = Read(stream.ToArray(), writer: Text(version), reader: Prediction.SchemaText);
        Assert.Equal(("d-1", "spam", 512), (read["document_id"], read["label"], read["tokens"]));
        if (schema.Contains("revision")) return;
        Assert.Equal((0, null, null, false, null, null),
            (read["revision"], read["exit"], read["confidence"], read["chosen_for_audit"], read["thresholds_version"],
                read["model_digest"]));
        Assert.Empty((IDictionary<string, object>)read["fields"]);
    }

    [Fact]
    public void A_reader_with_an_older_enum_sees_a_later_mode_as_unknown()
    {
        string later = Prediction.SchemaText.Replace("\"EARLY_EXIT\"", "\"SOME_LATER_MODE\"", StringComparison.Ordinal);
        GenericRecord read = Read(RecordsTests.Bytes(RecordsTests.CreatePrediction()), writer: later, reader: Prediction.SchemaText);
        Assert.Equal("UNKNOWN", ((GenericEnum)read["mode"]).Value);
    }

    private static string Text(int version) => File.ReadAllText(Path.Combine(FolderOfVersions, $"{version}.avsc"));

    private static GenericRecord Read(byte[] payload, string writer, string reader) =>
        new GenericDatumReader<GenericRecord>(Schema.Parse(writer), Schema.Parse(reader)).Read(null!,
            new BinaryDecoder(new MemoryStream(payload)));
}
