using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Paths;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents;

/// <summary>
/// Finds fields in Avro values behind Confluent's header, whatever schema each was written with. A schema is asked for once, compiled once
/// and kept.
/// </summary>
/// <remarks>A registry that cannot be asked is waited for: it says nothing about the document. An id that it does not know rejects the
/// document.</remarks>
internal sealed class AvroFormat(RegistryClient registry, InputOptions options, TimeProvider time, ILogger<AvroFormat> logger,
    OutputOptions? output = null) : IDocumentFormat
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2); // beside the client's own retries, which come before it

    private readonly ConcurrentDictionary<int, WriterSchema> _schemas = new();
    private readonly WantedPath[] _paths = DocumentPaths.Of(options, output);

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
        if (!schema.Projection.TryRead(payload, slices, fields.Joined, out DecodeFailure? failure))
            return new Rejection(RejectionReason.MalformedAvro, $"schema {id}: {failure}");
        for (int i = 0; i < slices.Length; i++)
        {
            if (i < fields.Text.Length && Fault(id, options.TextFields[i], slices[i], payload, fields) is { } fault) return fault;
            fields[i] = FieldOf(schema.Projection, slices[i], payload, fields, isText: i < fields.Text.Length);
        }

        return null;
    }

    private static Rejection? Fault(int schema, string name, FieldSlice slice, ReadOnlySpan<byte> payload, DocumentFields fields)
    {
        JoinedFault fault = slice.Kind switch
        {
            FieldKind.Bytes when !Utf8.IsValid(slice.Of(payload)) => JoinedFault.NotUnicode,
            FieldKind.Joined => fields.Joined[slice.Start].Fault,
            _ => JoinedFault.None,
        };
        return fault switch
        {
            JoinedFault.None => null,
            JoinedFault.TooLong => new Rejection(RejectionReason.MalformedAvro, $"schema {schema}: the texts of field '{name}' are longer "
                + $"than the document and {AvroLimits.JoinedBytes} bytes; name a path to fewer"),
            _ => new Rejection(RejectionReason.InvalidUtf8, $"the bytes of field '{name}' are not valid UTF-8"),
        };
    }

    private static FieldText FieldOf(Projection projection, FieldSlice slice, ReadOnlySpan<byte> payload, DocumentFields fields,
        bool isText)
    {
        switch (slice.Kind)
        {
            case FieldKind.Missing:
            case FieldKind.Null:
                return new FieldText(FieldState.Null);
            case FieldKind.Utf8:
                return new FieldText(FieldState.Present, InScratch: false, WireHeader.Length + slice.Start, slice.Length);
            case FieldKind.Joined:
                return fields.Join(fields.Joined[slice.Start]);
            case FieldKind.Boolean or FieldKind.Float or FieldKind.Double when isText: // a union's other branch, which is copied alone
                return new FieldText(FieldState.Null);
            default: // rarely text
                string? text = projection.Text(slice, payload);
                if (text is null) return new FieldText(FieldState.Null);
                return fields.Commit(Encoding.UTF8.GetBytes(text, fields.Reserve(Encoding.UTF8.GetMaxByteCount(text.Length))));
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
                WriterSchema schema = WriterSchema.Compile(id, text, _paths);
                if (_schemas.TryAdd(id, schema)) Tell(id, schema);
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

    private void Tell(int id, WriterSchema schema)
    {
        Log.SchemaCompiled(logger, id);
        string[] absent = [.. _paths.Where((path, i) => path.Need != PathNeed.TextOrNothing && schema.Projection?.Has(i) == false)
            .Select(path => path.Path.Text).Distinct()];
        if (absent.Length > 0) Log.SchemaLacksFields(logger, id, string.Join(", ", absent));
    }
}
