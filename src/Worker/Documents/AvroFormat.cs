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
/// <remarks>A registry that cannot be asked is waited for: it says nothing about the document. An id that it does not know, or does not
/// give though it gives others, rejects the document. Documents of one schema wait for one and the same task.</remarks>
internal sealed class AvroFormat(RegistryClient registry, InputOptions options, TimeProvider time, ILogger<AvroFormat> logger)
    : IDocumentFormat
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2); // beside the client's own retries, which come before it

    private readonly ConcurrentDictionary<int, WriterSchema> _schemas = new();
    private readonly ConcurrentDictionary<int, Lazy<Task<Rejection?>>> _asked = new();

    public ValueTask<Rejection?> PrepareAsync(ReadOnlyMemory<byte> value, CancellationToken stop)
    {
        WireHeaderResult header = WireHeader.Read(value.Span, out int id, out _);
        if (header != WireHeaderResult.Ok)
            return ValueTask.FromResult<Rejection?>(new Rejection(RejectionReason.WireFormat, WireHeader.Describe(header, value.Span)));
        return _schemas.TryGetValue(id, out WriterSchema? known) ? ValueTask.FromResult(known.Rejection) : new(AskedFor(id, stop));
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

    // All callers stop together, so whose token ends the task does not matter.
    private Task<Rejection?> AskedFor(int id, CancellationToken stop) =>
        _asked.GetOrAdd(id, static (wanted, asker) => new Lazy<Task<Rejection?>>(() => asker.Format.LoadAsync(wanted, asker.Stop)),
            (Format: this, Stop: stop)).Value;

    private async Task<Rejection?> LoadAsync(int id, CancellationToken stop)
    {
        try
        {
            return await AskAsync(id, stop);
        }
        finally
        {
            _asked.TryRemove(id, out _); // it is there by now: its task is made there, and only then can it run
        }
    }

    private async Task<Rejection?> AskAsync(int id, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                RegisteredSchema found = await registry.GetSchemaAsync(id, stop);
                registry.TellAnswered();
                WriterSchema schema = WriterSchema.Compile(id, found.Text, options, found.Referenced);
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
