using System.Buffers;
using Avro.Generic;
using Avro.Specific;

namespace Sluice.Schemas;

/// <summary>A text to label, as <c>document.avsc</c> has it.</summary>
/// <param name="Id">Chosen by the producer.</param>
/// <param name="Subject">Title or subject line, where there is one.</param>
/// <param name="Body">The text.</param>
internal sealed record Document(string Id, string? Subject, string Body) : ISpecificRecord
{
    private static readonly Contract Contract = new("document.avsc");

    /// <summary>The text of <c>document.avsc</c>.</summary>
    public static string SchemaText => Contract.Text;

    /// <inheritdoc/>
    Avro.Schema ISpecificRecord.Schema => Contract.Schema;

    /// <summary>Appends the payload, without a header.</summary>
    public void Write(IBufferWriter<byte> output) => Contract.Write(this, output);

    /// <summary>Reads a payload that this program wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Document Read(ReadOnlySpan<byte> payload)
    {
        GenericRecord record = Contract.Read(payload);
        return new Document((string)record["id"], (string?)record["subject"], (string)record["body"]);
    }

    /// <inheritdoc/>
    object? ISpecificRecord.Get(int fieldPos) => fieldPos switch
    {
        0 => Id,
        1 => Subject,
        2 => Body,
        _ => throw new System.Diagnostics.UnreachableException($"document.avsc has no field {fieldPos}. This is a bug."),
    };

    /// <inheritdoc/>
    void ISpecificRecord.Put(int fieldPos, object fieldValue) => throw new NotSupportedException("A document does not change.");
}
