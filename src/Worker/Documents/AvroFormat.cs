using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents;

/// <summary>
/// Finds fields in Avro values whose schema Confluent's frame names (<see cref="SchemaFrame"/>), whatever schema each was written with. A
/// schema is asked for once, compiled once and kept.
/// </summary>
/// <remarks>A registry that cannot be asked is waited for: it says nothing about the document. An id that it does not know rejects the
/// document.</remarks>
internal sealed class AvroFormat(RegistryClient registry, InputOptions options, TimeProvider time, ILogger<AvroFormat> logger)
    : IDocumentFormat
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2); // beside the client's own retries, which come before it

    private readonly ConcurrentDictionary<SchemaId, WriterSchema> _schemas = new();

    public ValueTask<Rejection?> PrepareAsync(IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte> value, CancellationToken stop)
    {
        if (!SchemaFrame.TryRead(headers, value.Span, out SchemaFrame frame, out string? fault))
            return ValueTask.FromResult<Rejection?>(new Rejection(RejectionReason.WireFormat, fault));
        return _schemas.TryGetValue(frame.Schema, out WriterSchema? known)
            ? ValueTask.FromResult(known.Rejection)
            : LoadAsync(frame, stop);
    }

    public RecordContent Read(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, DocumentFields fields)
    {
        SchemaFrame.TryRead(headers, value, out SchemaFrame frame, out _);
        (SchemaId id, fields.Origin) = frame;
        ReadOnlySpan<byte> payload = value[fields.Origin..];
        WriterSchema schema = _schemas[id];
        if (schema.Change is { } change && OtherThanRow(change, id, payload) is { } other) return other;
        Span<FieldSlice> slices = stackalloc FieldSlice[schema.Projection!.Count];
        if (!schema.Projection.TryRead(payload, slices, out DecodeFailure? failure))
            return Malformed(id, failure);
        int texts = fields.Text.Length;
        for (int i = 0; i < texts; i++)
        {
            if (slices[i].Kind == FieldKind.Bytes && !Utf8.IsValid(slices[i].Of(payload)))
                return new Rejection(RejectionReason.InvalidUtf8, $"the bytes of field '{options.TextFields[i]}' are not valid UTF-8");
            fields.Text[i] = FieldOf(schema.Projection, i, slices[i], payload, fields);
        }

        if (schema.HasId) fields.Id = FieldOf(schema.Projection, texts, slices[texts], payload, fields);
        return RecordContent.Document.Found;
    }

    private static RecordContent? OtherThanRow(AvroChange change, SchemaId id, ReadOnlySpan<byte> payload) =>
        change.TryRead(payload, out ChangeKind kind, out DecodeFailure? failure) ? EnvelopeContent.Of(kind) : Malformed(id, failure);

    private static Rejection Malformed(SchemaId id, DecodeFailure failure) =>
        new(RejectionReason.MalformedAvro, $"schema {id}: {failure}");

    private static FieldText FieldOf(Projection projection, int index, FieldSlice slice, ReadOnlySpan<byte> payload, DocumentFields fields)
    {
        switch (slice.Kind)
        {
            case FieldKind.Missing:
            case FieldKind.Null:
                return new FieldText(FieldState.Null);
            case FieldKind.Utf8:
                return new FieldText(FieldState.Present, InScratch: false, slice.Start, slice.Length);
            case FieldKind.Bytes or FieldKind.Int64 or FieldKind.Enum or FieldKind.Logical: // rarely text
                string? text = projection.Text(index, slice, payload);
                if (text is null) return new FieldText(FieldState.Null);
                return fields.Commit(Encoding.UTF8.GetBytes(text, fields.Reserve(Encoding.UTF8.GetMaxByteCount(text.Length))));
            default:
                throw new UnreachableException($"A field of kind {slice.Kind} is not read. This is a bug.");
        }
    }

    private async ValueTask<Rejection?> LoadAsync(SchemaFrame frame, CancellationToken stop)
    {
        SchemaId id = frame.Schema;
        while (true)
        {
            try
            {
                string text = id.Guid is { } guid
                    ? await registry.GetSchemaAsync(guid, stop)
                    : await registry.GetSchemaAsync(id.Number, stop);
                registry.TellAnswered();
                WriterSchema schema = WriterSchema.Compile(id, text, options);
                if (_schemas.TryAdd(id, schema)) Log.SchemaCompiled(logger, id.ToString());
                return schema.Rejection;
            }
            catch (SchemaNotFoundException e)
            {
                return new Rejection(RejectionReason.UnknownSchema,
                    frame.Start == 0 ? $"{e.Message.TrimEnd('.')}, which the header {SchemaFrame.Header} names" : e.Message);
            }
            catch (GuidsNotServedException e)
            {
                return new Rejection(RejectionReason.WireFormat, $"{e.Message}; have the writer put the schema's id in front of the value "
                    + $"or into the header {SchemaFrame.Header}, as 0 and 4 bytes");
            }
            catch (RegistryUnavailableException e)
            {
                registry.TellOutage($"Documents of schema {id} wait", e);
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }
}
