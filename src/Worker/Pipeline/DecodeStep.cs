using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Sluice.Inference.Machine;
using Sluice.Inference.Tokenization;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>
/// The decode step: from a record's bytes to token ids. What cannot be read is rejected; a record without a value passes as a tombstone,
/// and so does word of a deleted row; of what is neither a document nor a fault only the offset is completed.
/// </summary>
/// <remarks>Any number of workers run <see cref="RunAsync"/> over one queue. What has to wait for its schema is parked, and the worker goes
/// on with the next record. Text and ids of a document cost one rented array; its text is let go here.</remarks>
internal sealed class DecodeStep(
    IDocumentFormat reader, InputOptions input, OutputOptions output, WordPieceTokenizer tokenizer, int maxTokens,
    InFlightRecords records, BatchStep batches, PublishStep publish, RecordFloors floors, PipelineProgress progress, ParkedRecords parked,
    PassedOverLog passedOver, FirstDocuments firstDocuments)
{
    /// <summary>An id is held and written with its label; a longer one is none.</summary>
    public const int MostIdBytes = 1024;

    private const int RecordsBetweenCharges = 64; // a reading of the thread's clock is a call into the system

    private readonly CopiedFields _copied = new(output.CopyFields);
    private readonly bool _mayPassOver = input.Envelope != InputEnvelope.None;
    private readonly TombstonePairs? _pairs = input.Envelope == InputEnvelope.Debezium ? new() : null;

    /// <summary>Works until the queue is complete and empty, and nothing is parked any more.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Scratch scratch = NewScratch();
        while (await records.ToDecode.WaitToReadAsync(stop))
        {
            long cpu = ThreadCpuClock.Now();
            for (int read = 1; records.ToDecode.TryRead(out SourceRecord record); read++)
            {
                if (TryTake(record, scratch, out Task<Rejection?>? pending, stop))
                {
                    if (read % RecordsBetweenCharges == 0) cpu = progress.Charge(PipelineStep.Decode, cpu);
                    continue;
                }

                progress.Charge(PipelineStep.Decode, cpu); // what follows may be on another thread
                if (!parked.TryAdd(record, pending, ReadParkedAsync)) await ReadAsync(record, await pending, scratch, stop);
                cpu = ThreadCpuClock.Now();
            }

            progress.Charge(PipelineStep.Decode, cpu);
        }

        await parked.WaitForAllAsync(stop);
    }

    /// <summary>Makes of a record what is made of it; false, and what it waits for, where it is not known yet how to read it.</summary>
    private bool TryTake(SourceRecord record, Scratch scratch, [NotNullWhen(false)] out Task<Rejection?>? pending, CancellationToken stop)
    {
        pending = null;
        if (!records.IsCurrent(record.Envelope))
        {
            records.Finish(record.Envelope, RecordOutcome.Dropped);
        }
        else if (record.Value is not { } value)
        {
            Tombstone(record.Envelope);
        }
        else
        {
            ValueTask<Rejection?> preparation = reader.PrepareAsync(record.Envelope.Headers, value, stop);
            if (!preparation.IsCompletedSuccessfully) pending = preparation.AsTask();
            else if (!TryRead(record, preparation.Result, scratch))
                pending = reader.PrepareAsync(record.Envelope.Headers, value, stop).AsTask();
        }

        return pending is null;
    }

    private Scratch NewScratch() =>
        new(new DocumentFields(input.Format == InputFormat.Text ? 1 : input.TextFields.Length, _copied.Count), new int[maxTokens]);

    private async Task ReadParkedAsync(IReadOnlyList<SourceRecord> ready, Rejection? unprepared, CancellationToken stop)
    {
        Scratch scratch = NewScratch();
        foreach (SourceRecord record in ready)
        {
            if (records.IsCurrent(record.Envelope)) await records.UnparkAsync(record.Envelope, takesTokens: unprepared is null, stop);
            if (!records.IsCurrent(record.Envelope))
            {
                records.Finish(record.Envelope, RecordOutcome.Dropped); // its partition was taken away meanwhile
                continue;
            }

            long cpu = ThreadCpuClock.Now();
            ValueTask reading = ReadAsync(record, unprepared, scratch, stop);
            if (reading.IsCompleted) progress.Charge(PipelineStep.Decode, cpu); // else it may go on on another thread
            await reading;
        }
    }

    // Once more only where the schema was forgotten between the two, when hundreds of large ones are in use: then this one is waited for.
    private async ValueTask ReadAsync(SourceRecord record, Rejection? unprepared, Scratch scratch, CancellationToken stop)
    {
        while (!TryRead(record, unprepared, scratch))
            unprepared = await reader.PrepareAsync(record.Envelope.Headers, record.Value!, stop);
    }

    private bool TryRead(SourceRecord record, Rejection? unprepared, Scratch scratch)
    {
        (Envelope envelope, byte[] value, DocumentFields fields) = (record.Envelope, record.Value!, scratch.Fields);
        fields.Clear();
        RecordContent content = unprepared is null ? reader.Read(envelope.Headers, value, fields) : unprepared;
        if (content is RecordContent.Unprepared) return false;
        if (_mayPassOver && content is not RecordContent.PassedOver) passedOver.AddOther(envelope.Source.Partition.Topic);
        switch (content)
        {
            case RecordContent.Document when TextFaults.Of(fields, input.TextFields) is { } fault:
                publish.Reject(envelope, value, fault);
                break;
            case RecordContent.Document:
                firstDocuments.Add(value, fields);
                WorkItem item = Tokenize(envelope, value, fields, scratch.Ids);
                records.Tokenized(envelope, item.Tokens, CopiedFields.BytesOf(item.Fields));
                batches.Add(item);
                break;
            case RecordContent.Tombstone:
                Tombstone(envelope);
                break;
            case RecordContent.PassedOver passed:
                PassOver(envelope, passed.Kind);
                break;
            case RecordContent.Rejected rejected:
                publish.Reject(envelope, value, rejected.Rejection);
                break;
            default:
                throw new UnreachableException($"A record holds {content}, of which nothing is made. This is a bug.");
        }

        return true;
    }

    private void Tombstone(Envelope envelope)
    {
        if (_pairs?.IsSecond(envelope.Source, envelope.Key) == true) PassOver(envelope, PassedOverKind.SecondTombstone);
        else publish.Tombstone(envelope);
    }

    private void PassOver(Envelope envelope, PassedOverKind kind)
    {
        passedOver.Add(envelope.Source, kind);
        records.Finish(envelope, RecordOutcome.PassedOver);
    }

    private WorkItem Tokenize(Envelope envelope, byte[] value, DocumentFields fields, int[] ids)
    {
        TokenWriter writer = new(tokenizer, ids);
        foreach (FieldText field in fields.Text)
            if (field.State == FieldState.Present) writer.Append(fields.BytesOf(field, value));
        return new WorkItem(envelope, DocumentIdOf(envelope, value, fields), ids, writer.Finish(), floors.Of(envelope))
        {
            Fields = _copied.Of(fields, value),
        };
    }

    private static string DocumentIdOf(Envelope envelope, byte[] value, DocumentFields fields)
    {
        if (fields.Id.State == FieldState.Present && fields.BytesOf(fields.Id, value) is { Length: <= MostIdBytes } id)
            return Encoding.UTF8.GetString(id);
        if (envelope.Key is { Length: > 0 and <= MostIdBytes } key && Utf8.IsValid(key)) return Encoding.UTF8.GetString(key);
        return $"{envelope.Source.Partition.Topic}:{envelope.Source.Partition.Partition}:{envelope.Source.Offset}";
    }

    /// <summary>What one document after the other is read into; of one worker at a time.</summary>
    private sealed record Scratch(DocumentFields Fields, int[] Ids);
}
