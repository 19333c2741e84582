using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents;

/// <summary>
/// Finds fields in Avro values behind Confluent's header, whatever schema each was written with. A schema is asked for once, compiled once
/// and kept.
/// </summary>
/// <remarks>A registry that cannot be asked is waited for: it says nothing about the document. An id that it does not know rejects the
/// document.</remarks>
internal sealed class AvroFormat(RegistryClient registry, InputOptions options, TimeProvider time, ILogger<AvroFormat> logger)
    : IDocumentFormat
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2); // beside the client's own retries, which come before it

    private readonly ConcurrentDictionary<int, WriterSchema> _schemas = new();

    public ValueTask<Rejection?> PrepareAsync(ReadOnlyMemory<byte> value, CancellationToken stop)
    {
        WireHeaderResult header = WireHeader.Read(value.Span, out int id, out _);
        if (header != WireHeaderResult.Ok)
            return ValueTask.FromResult<Rejection?>(new Rejection(RejectionReason.WireFormat, WireHeader.Describe(header, value.Span)));
        return _schemas.TryGetValue(id, out WriterSchema? known) ? ValueTask.FromResult(known.Rejection) : LoadAsync(id, stop);
    }

    public Rejection? Read(ReadOnlySpan<byte> value, DocumentFields fields)
    {
        WireHeader.Read(value, out int id, out ReadOnlySpan<byte> payload);
        WriterSchema schema = _schemas[id];
        Span<FieldSlice> slices = stackalloc FieldSlice[schema.Projection!.Count];
        if (!schema.Projection.TryRead(payload, slices, out DecodeFailure? failure))
            return new Rejection(RejectionReason.MalformedAvro, $"schema {id}: {failure}");
        int texts = fields.Text.Length;
        for (int i = 0; i < texts; i++)
        {
            if (slices[i].Kind == FieldKind.Bytes && !Utf8.IsValid(slices[i].Of(payload)))
                return new Rejection(RejectionReason.InvalidUtf8, $"the bytes of field '{options.TextFields[i]}' are not valid UTF-8");
            fields.Text[i] = FieldOf(schema.Projection, i, slices[i], payload, fields);
        }

        if (schema.HasId) fields.Id = FieldOf(schema.Projection, texts, slices[texts], payload, fields);
        return null;
    }

    private static FieldText FieldOf(Projection projection, int index, FieldSlice slice, ReadOnlySpan<byte> payload, DocumentFields fields)
    {
        switch (slice.Kind)
        {
            case FieldKind.Missing:
            case FieldKind.Null:
                return new FieldText(FieldState.Null);
            case FieldKind.Utf8:
                return new FieldText(FieldState.Present, InScratch: false, WireHeader.Length + slice.Start, slice.Length);
            case FieldKind.Bytes or FieldKind.Int64 or FieldKind.Enum or FieldKind.Logical: // rarely text
                string? text = projection.Text(index, slice, payload);
                if (text is null) return new FieldText(FieldState.Null);
                return fields.Commit(Encoding.UTF8.GetBytes(text, fields.Reserve(Encoding.UTF8.GetMaxByteCount(text.Length))));
            default:
                throw new UnreachableException($"A field of kind {slice.Kind} is not read. This is a bug.");
        }
    }

    private async ValueTask<Rejection?> LoadAsync(int id, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                string text = await registry.GetSchemaAsync(id, stop);
                registry.TellAnswered();
                WriterSchema schema = WriterSchema.Compile(id, text, options);
                if (_schemas.TryAdd(id, schema)) Log.SchemaCompiled(logger, id);
                return schema.Rejection;
            }
            catch (SchemaNotFoundException e)
            {
                return new Rejection(RejectionReason.UnknownSchema, e.Message);
            }
            catch (RegistryUnavailableException e)
            {
                registry.TellOutage($"Documents of schema {id} wait", e);
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }
}
