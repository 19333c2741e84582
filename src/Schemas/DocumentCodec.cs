using System.Buffers;
using Sluice.Schemas.Avro;

namespace Sluice.Schemas;

/// <summary><see cref="Document"/> to and from the bytes of <c>document.avsc</c>, which gives the order of the fields.</summary>
internal static class DocumentCodec
{
    /// <summary>The text of <c>document.avsc</c>.</summary>
    public static string SchemaText { get; } = Schemas.SchemaText.Read("document.avsc");

    /// <summary>Writes the payload, without a header.</summary>
    public static void Write(Document document, IBufferWriter<byte> output)
    {
        var writer = new AvroWriter(output);
        writer.WriteString(document.Id);
        writer.WriteLong(document.Subject is null ? 0 : 1);
        if (document.Subject is not null) writer.WriteString(document.Subject);
        writer.WriteString(document.Body);
    }

    /// <summary>Reads a payload of this very schema; another writer's goes through <see cref="Projection"/> or the generic reader.</summary>
    /// <exception cref="AvroDecodeException">The payload does not fit.</exception>
    public static Document Read(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        return reader.End(new Document(reader.Text("id"), reader.Branch("subject") ? reader.Text("subject") : null, reader.Text("body")));
    }
}
