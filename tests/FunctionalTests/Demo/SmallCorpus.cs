using Avro;
using Avro.File;
using Avro.Generic;
using FunctionalTests.Inference;

namespace FunctionalTests.Demo;

/// <summary>A few dozen mails in a container file as Apache.Avro writes it, and the tiny model, whose labels they have.</summary>
internal sealed class SmallCorpus : IDisposable
{
    private static readonly RecordSchema Schema = (RecordSchema)Avro.Schema.Parse("""
        {"type":"record","name":"Mail","fields":[
            {"name":"id","type":"string"},{"name":"subject","type":"string"},{"name":"body","type":"string"},
            {"name":"label","type":"string"}]}
        """);

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-demo-").FullName;

    public SmallCorpus(int mails, Codec.Type codec = Codec.Type.Deflate, string positive = "yes", params string[] ids)
    {
        using IFileWriter<GenericRecord> writer = DataFileWriter<GenericRecord>.OpenWriter(
            new GenericDatumWriter<GenericRecord>(Schema), Mails, Codec.CreateCodec(codec));
        foreach (int number in Enumerable.Range(0, mails))
            writer.Append(Mail(number, ids.ElementAtOrDefault(number) ?? $"mails/{number:0000}.txt", positive));
    }

    public string Mails => PathOf("mails.avro");

    public string Model => Models.Tiny;

    public string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static GenericRecord Mail(int number, string id, string positive)
    {
        var mail = new GenericRecord(Schema);
        mail.Add("id", id);
        mail.Add("subject", $"mail {number}");
        mail.Add("body", string.Concat(Enumerable.Repeat("free money meeting ", number % 17)));
        mail.Add("label", number % 3 == 0 ? positive : "no");
        return mail;
    }
}
