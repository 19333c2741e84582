using System.Security.Cryptography;
using System.Text;
using Avro;
using Avro.File;
using Avro.Generic;
using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Settings;

namespace FunctionalTests.Demo;

public sealed class MailFileTests : IDisposable
{
    /// <summary>
    /// Over id, subject, body and label of each mail, each followed by a zero byte: what the demo sent when it read raw mails.
    /// </summary>
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
    [InlineData("""{"name":"id","type":"string"}""", "\"subject\" does not lead to text")]
    [InlineData("""{"name":"id","type":"double"}""", "\"id\" does not lead to text")]
    [InlineData("""
        {"name":"id","type":"long"},{"name":"subject","type":"string"},{"name":"body","type":"string"},{"name":"label","type":"string"}
        """, "record 0 has no string 'id'")]
    public void A_missing_field_is_named(string field, string words)
    {
        var schema = (RecordSchema)Schema.Parse($$"""{"type":"record","name":"Mail","fields":[{{field}}]}""");
        var record = new GenericRecord(schema);
        record.Add("id", schema.Fields[0].Schema.Tag switch { Schema.Type.Long => 1L, Schema.Type.Double => 1.0, _ => "1" });
        foreach (Field text in schema.Fields.Skip(1)) record.Add(text.Name, text.Name);
        Write(schema, record);
        Assert.Contains(words, FaultOf(PathOf("own.avro")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_mails_is_named()
    {
        using var none = new SmallCorpus(0);
        Assert.StartsWith($"{none.Mails} holds no mail.", FaultOf(none.Mails), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the id of record 1, \"\", is empty.")]
    [InlineData("mails/0000.txt", "the id of record 1, \"mails/0000.txt\", is that of record 0 too.")]
    [InlineData("warm-up/3", "the id of record 1, \"warm-up/3\", begins with warm-up/.")]
    [InlineData("ü*513", "has 1026 bytes.")]
    public void An_id_that_no_label_could_be_known_by_is_named(string id, string words)
    {
        using var corpus = new SmallCorpus(3, ids: ["mails/0000.txt", id == "ü*513" ? new string('ü', 513) : id]);
        string fault = FaultOf(corpus.Mails);
        Assert.StartsWith($"{corpus.Mails}: the id of record 1, ", fault, StringComparison.Ordinal);
        Assert.Contains(words, fault, StringComparison.Ordinal);
        Assert.EndsWith(
            "Give --mails a file whose ids are unique, not empty, of at most 1024 bytes of UTF-8 and do not begin with warm-up/",
            fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_named() => Assert.Contains(_folder.FullName, FaultOf(_folder.FullName), StringComparison.Ordinal);

    /// <summary>Cuts, and damages of every byte of header, schema, blocks and marks.</summary>
    [Theory]
    [InlineData(Codec.Type.Null)]
    [InlineData(Codec.Type.Deflate)]
    public void Whatever_the_damage_the_file_is_read_or_named(Codec.Type codec)
    {
        using var corpus = new SmallCorpus(12, codec);
        byte[] whole = File.ReadAllBytes(corpus.Mails);
        var random = new Random(20261127);
        int refused = 0, cases = 4 * whole.Length;
        for (int i = 0; i < cases; i++)
        {
            byte[] damaged = [.. whole];
            int at = i % whole.Length;
            int way = i / whole.Length;
            damaged[at] = way switch { 0 => 0xff, 1 => (byte)(whole[at] ^ (1 << random.Next(8))), _ => (byte)random.Next(256) };
            if (way == 3) damaged = damaged[..at];
            refused += IsRefused(damaged, 4 * 1024 * 1024) ? 1 : 0;
        }

        Assert.InRange(refused, cases / 4, cases - 1);
    }

    [Theory]
    [InlineData(0, 1L << 40)] // records that take no bytes, if they were read as the file says
    [InlineData(1, 1L << 40)]
    public void A_block_that_says_too_much_costs_little(int which, long number)
    {
        using var corpus = new SmallCorpus(12, Codec.Type.Null);
        byte[] whole = File.ReadAllBytes(corpus.Mails);
        int header = whole.AsSpan().IndexOf(whole.AsSpan(whole.Length - 16)) + 16;
        using var damaged = new MemoryStream();
        damaged.Write(whole, 0, header);
        var output = new global::Avro.IO.BinaryEncoder(damaged);
        output.WriteLong(which == 0 ? number : 1);
        output.WriteLong(which == 1 ? number : 8);
        damaged.Write(new byte[8]);
        damaged.Write(whole, header - 16, 16);
        Assert.True(IsRefused(damaged.ToArray(), 64 * 1024));
    }

    private bool IsRefused(byte[] file, long most)
    {
        File.WriteAllBytes(PathOf("damaged.avro"), file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? fault = Record.Exception(() => MailFile.Read(PathOf("damaged.avro")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
        if (fault is null) return false;
        Assert.IsType<InvalidDataException>(fault);
        Assert.Contains(PathOf("damaged.avro"), fault.Message, StringComparison.Ordinal);
        Assert.Contains("--mails", fault.Message, StringComparison.Ordinal);
        return true;
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
