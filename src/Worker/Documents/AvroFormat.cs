using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Paths;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>
/// Finds fields in Avro values whose schema Confluent's frame names (<see cref="SchemaFrame"/>), whatever schema each was written with. A
/// schema is asked for once, compiled once and kept while it is used (<see cref="CompiledSchemas"/>).
/// </summary>
/// <remarks>A registry that cannot be asked is waited for: it says nothing about the document. An id that it does not know, or does not
/// give though it gives others, rejects the document. Documents of one schema wait for one and the same task.</remarks>
internal sealed class AvroFormat(RegistryClient registry, InputOptions options, OutputOptions output, TimeProvider time,
    ILogger<AvroFormat> logger) : IDocumentFormat
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2); // beside the client's own retries, which come before it

    private static readonly WayOut SendIds = new(
        $"have the writer name the schema by its id, in front or in the header {SchemaFrame.Header}, "
            + "or set Sluice:Registry:Url to a registry that serves GUIDs", Setting.RegistryUrl);

    private static readonly WayOut FewerTexts = new("name a path to fewer of them in Sluice:Input:TextFields", Setting.TextFields);

    private readonly CompiledSchemas _schemas = new(CompiledSchemas.MostBytes);
    private readonly ConcurrentDictionary<SchemaFrame, Lazy<Task<Rejection?>>> _asked = new();
    private readonly WantedPath[] _paths =
        DocumentPaths.Of(options, output, options.Envelope == InputEnvelope.Debezium ? ChangeFields.After : null);

    public ValueTask<Rejection?> PrepareAsync(IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte> value, CancellationToken stop)
    {
        if (!SchemaFrame.TryRead(headers, value.Span, out SchemaFrame frame, out string? fault))
            return ValueTask.FromResult<Rejection?>(new Rejection(RejectionReason.WireFormat, fault));
        return _schemas.TryGet(frame.Schema, out WriterSchema? known)
            ? ValueTask.FromResult(known.Rejection)
            : new(AskedFor(frame, stop));
    }

    public RecordContent Read(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, DocumentFields fields)
    {
        SchemaFrame.TryRead(headers, value, out SchemaFrame frame, out _);
        (SchemaId id, fields.Origin) = frame;
        ReadOnlySpan<byte> payload = value[fields.Origin..];
        if (!_schemas.TryGet(id, out WriterSchema? schema)) return RecordContent.Unprepared.Again;
        if (schema.Change is { } change && OtherThanRow(change, id, payload) is { } other) return other;
        Span<FieldSlice> slices = stackalloc FieldSlice[schema.Projection!.Count];
        if (!schema.Projection.TryRead(payload, slices, fields.Joined, out DecodeFailure? failure)) return Malformed(id, failure);
        for (int i = 0; i < slices.Length; i++)
        {
            if (i < fields.Text.Length && Fault(id, options.TextFields[i], slices[i], payload, fields) is { } fault) return fault;
            fields[i] = FieldOf(schema.Projection, slices[i], payload, fields, isText: i < fields.Text.Length);
        }

        return RecordContent.Document.Found;
    }

    private static RecordContent? OtherThanRow(AvroChange change, SchemaId id, ReadOnlySpan<byte> payload) =>
        change.TryRead(payload, out ChangeKind kind, out DecodeFailure? failure) ? EnvelopeContent.Of(kind) : Malformed(id, failure);

    private static Rejection Malformed(SchemaId id, DecodeFailure failure) =>
        new(RejectionReason.MalformedAvro, $"schema {id}: {failure}");

    private static Rejection? Fault(SchemaId schema, string name, FieldSlice slice, ReadOnlySpan<byte> payload, DocumentFields fields)
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
                + $"than the document and {AvroLimits.JoinedBytes} bytes", FewerTexts),
            _ => new Rejection(RejectionReason.InvalidUtf8, $"the bytes of field '{name}' are not valid UTF-8", DocumentPaths.OtherText),
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
                return new FieldText(FieldState.Present, InScratch: false, slice.Start, slice.Length);
            case FieldKind.Joined when !isText && fields.Joined[slice.Start].Length - 1 > CopiedFields.MostBytes:
                return new FieldText(FieldState.Null);
            case FieldKind.Joined:
                return fields.Join(fields.Joined[slice.Start]);
            case FieldKind.Boolean or FieldKind.Float or FieldKind.Double when isText: // a union's other branch, which is copied alone
                return new FieldText(FieldState.Null);
            default: // rarely text
                string? text = projection.Text(slice, payload);
                // A symbol of an enum may be as long as a schema: what no label takes is not copied first.
                if (text is null || (!isText && text.Length > CopiedFields.MostBytes)) return new FieldText(FieldState.Null);
                return fields.Commit(Encoding.UTF8.GetBytes(text, fields.Reserve(Encoding.UTF8.GetMaxByteCount(text.Length))));
        }
    }

    // All callers stop together, so whose token ends the task does not matter.
    private Task<Rejection?> AskedFor(SchemaFrame frame, CancellationToken stop) =>
        _asked.GetOrAdd(frame, static (wanted, asker) => new Lazy<Task<Rejection?>>(() => asker.Format.LoadAsync(wanted, asker.Stop)),
            (Format: this, Stop: stop)).Value;

    private async Task<Rejection?> LoadAsync(SchemaFrame frame, CancellationToken stop)
    {
        try
        {
            return await AskAsync(frame, stop);
        }
        finally
        {
            _asked.TryRemove(frame, out _); // it is there by now: its task is made there, and only then can it run
        }
    }

    private async Task<Rejection?> AskAsync(SchemaFrame frame, CancellationToken stop)
    {
        SchemaId id = frame.Schema;
        while (true)
        {
            try
            {
                RegisteredSchema found = await GetAsync(id, stop);
                registry.TellAnswered();
                WriterSchema schema = WriterSchema.Compile(id, found.Text, _paths, options.Envelope, found.Referenced);
                if (_schemas.TryAdd(id, schema)) Tell(id, schema);
                registry.Forget(id);
                return schema.Rejection;
            }
            catch (SchemaNotFoundException e)
            {
                return new Rejection(RejectionReason.UnknownSchema,
                    frame.Start == 0 ? $"{e.Found.TrimEnd('.')}. The header {SchemaFrame.Header} names it." : e.Found, e.WayOut);
            }
            catch (GuidsNotServedException e)
            {
                return new Rejection(RejectionReason.WireFormat, e.Message, SendIds);
            }
            catch (RegistryUnavailableException e)
            {
                registry.TellOutage($"Documents of schema {id} wait", e);
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }

    // Slow answers, one for each schema that it refers to, fail for long in nothing.
    private async Task<RegisteredSchema> GetAsync(SchemaId id, CancellationToken stop)
    {
        Task<RegisteredSchema> asked = registry.GetSchemaAsync(id, stop);
        while (!asked.IsCompleted)
        {
            using CancellationTokenSource answered = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(asked, Task.Delay(RegistryClient.Quiet, time, answered.Token));
            await answered.CancelAsync();
            stop.ThrowIfCancellationRequested();
            if (asked.IsCompleted) break;
            registry.TellOutage($"Documents of schema {id} wait", new RegistryUnavailableException(
                "The registry has given neither it, with what it refers to, nor a reason for "
                    + $"{RegistryClient.Quiet.TotalSeconds:0} s"));
        }

        return await asked;
    }

    private void Tell(SchemaId id, WriterSchema schema)
    {
        Log.SchemaCompiled(logger, id.ToString());
        string[] absent = [.. _paths.Where((path, i) => path.Need != PathNeed.TextOrNothing && schema.Projection?.Has(i) == false)
            .Select(path => path.Path.Text).Distinct()];
        if (absent.Length > 0) Log.SchemaLacksFields(logger, id.ToString(), string.Join(", ", absent));
        if (options.NamesId && schema.Projection?.Has(_paths.Length - 1) == false)
            Log.SchemaLacksId(logger, id.ToString(), options.IdField);
    }
}
