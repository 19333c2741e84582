using System.Buffers;
using Confluent.Kafka;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Pipeline;

/// <summary>A document on its way: where it came from and its token ids. Its text is gone.</summary>
/// <remarks>Owned by one step at a time. The ids are rented and go back once, as soon as they are packed or the item is dropped.</remarks>
internal sealed class WorkItem
{
    private readonly int[] _ids;

    public WorkItem(SourceRecord record, string documentId, ReadOnlySpan<int> ids, TokenCount count)
    {
        (Source, Key, Headers, Timestamp, RetainedBytes, DocumentId, Tokens, Truncated) = (record.Source, record.Key, record.Headers,
            record.Timestamp, record.RetainedBytes, documentId, count.Count, count.Truncated);
        _ids = ArrayPool<int>.Shared.Rent(count.Count);
        ids[..count.Count].CopyTo(_ids);
    }

    public SourceOffset Source { get; }

    public byte[]? Key { get; }

    public Headers? Headers { get; }

    public DateTimeOffset? Timestamp { get; }

    /// <summary>The bytes of key and headers in the pipeline's load.</summary>
    public long RetainedBytes { get; }

    public string DocumentId { get; }

    /// <summary>Tokens with [CLS] and [SEP], 2 to the model's most.</summary>
    public int Tokens { get; }

    /// <summary>The text had more tokens than the model takes.</summary>
    public bool Truncated { get; }

    /// <summary>The least that it may be labelled with. Today all documents allow the same.</summary>
    public LeastMode LeastMode { get; } = LeastMode.Any;

    /// <summary>The token ids, [CLS] first. Not after <see cref="ReleaseIds"/>.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Tokens);

    public void ReleaseIds() => ArrayPool<int>.Shared.Return(_ids);
}
