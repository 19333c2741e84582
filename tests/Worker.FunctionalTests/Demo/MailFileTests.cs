using System.Security.Cryptography;
using System.Text;
using Avro;
using Avro.File;
using Avro.Generic;
using Sluice.Worker.Demo;

namespace Worker.FunctionalTests.Demo;

public sealed class MailFileTests : IDisposable
{
    /// <summary>Over id, subject, body and label of each mail, each followed by a zero byte: what the demo sent when it read raw
    /// mails.</summary>
    private const string Sha256OfAll = "6acbb7c9d5624d3998912d2e556ba0bcb3ca5e974f2f7ca1cc22b66b59a3ff9d";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-mails-");

    [Fact]
    public void The_mails_of_the_demo_are_the_texts_that_the_model_was_measured_on()
    {
        IReadOnlyList<LabelledMail> mails = MailFile.Read(DemoPaths.HeldOutMails);
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string field in mails.SelectMany(mail => new[] { mail.Id, mail.Subject, mail.Body, mail.Label }))
            all.AppendData(Encoding.UTF8.GetBytes(field + "\0"));

        Assert.Equal(1208, mails.Count);
        Assert.Equal(379, mails.Count(mail => mail.Label == "spam"));
        Assert.Equal(Sha256OfAll, Convert.ToHexStringLower(all.GetHashAndReset()));
    }

    [Fact]
    public void They_are_the_held_out_part_of_the_split_that_was_made_before_training()
    {
        var split = File.ReadLines(Path.Combine(DemoPaths.MailModel, "split.tsv")).Select(line => line.Split('\t'))
            .Where(line => line[1] == "test").Select(line => (File: line[0], Label: line[2], Sha256: line[4]));
        var found = MailFile.Read(DemoPaths.HeldOutMails)
            .Select(mail => (mail.Id, mail.Label, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mail.Text)))));

        Assert.Equal(split.Order(), found.Order());
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("/nowhere/mails.avro are missing", FaultOf("/nowhere/mails.avro"), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "is no Avro object container file, or is not whole")]
    [InlineData(3, "is no Avro object container file, or is not whole")]
    [InlineData(300_000, "is no Avro object container file, or is not whole")]
    public void A_file_that_is_not_whole_is_named(int length, string words)
    {
        File.WriteAllBytes(PathOf("cut.avro"), File.ReadAllBytes(DemoPaths.HeldOutMails)[..length]);
        Assert.StartsWith($"{PathOf("cut.avro")} {words}", FaultOf(PathOf("cut.avro")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_file_is_named()
    {
        File.WriteAllText(PathOf("mails.csv"), "id,subject,body,label\n");
        Assert.StartsWith($"{PathOf("mails.csv")} is no Avro", FaultOf(PathOf("mails.csv")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"id","type":"string"}""", "'subject'")]
    [InlineData("""{"name":"id","type":"long"}""", "'id'")]
    public void A_missing_field_is_named(string field, string words)
    {
        var schema = (RecordSchema)Schema.Parse($$"""{"type":"record","name":"Mail","fields":[{{field}}]}""");
        var record = new GenericRecord(schema);
        record.Add("id", schema.Fields[0].Schema.Tag == Schema.Type.Long ? 1L : "1");
        Write(schema, record);
        Assert.Contains($"has no string {words}", FaultOf(PathOf("own.avro")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_mails_is_named()
    {
        Write((RecordSchema)Schema.Parse("""{"type":"record","name":"Mail","fields":[]}"""));
        Assert.Equal($"{PathOf("own.avro")} holds no mail.", FaultOf(PathOf("own.avro")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static string FaultOf(string path) => Assert.Throws<InvalidDataException>(() => MailFile.Read(path)).Message;

    private void Write(RecordSchema schema, params GenericRecord[] records)
    {
        var form = new GenericDatumWriter<GenericRecord>(schema);
        using IFileWriter<GenericRecord> writer = DataFileWriter<GenericRecord>.OpenWriter(form, PathOf("own.avro"));
        foreach (GenericRecord record in records)
            writer.Append(record);
    }
}
