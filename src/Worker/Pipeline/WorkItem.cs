using System.Buffers;
using Sluice.Inference.Tokenization;
using Sluice.Schemas;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Pipeline;

/// <summary>A document in flight: its record's envelope and its token ids. Its text is gone.</summary>
/// <remarks>Owned by one step at a time. The ids are rented and go back once, as soon as they are packed or the item is dropped.</remarks>
internal sealed class WorkItem
{
    /// <summary>The floor of a document that may be labelled in every mode.</summary>
    public const int AnyMode = int.MaxValue;

    private readonly int[] _ids;

    /// <param name="envelope">The record.</param>
    /// <param name="documentId">What identifies the document in its label.</param>
    /// <param name="ids">At least <paramref name="count"/> token ids, copied.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="floor">Index of the last mode that it may be labelled in, of those that are loaded.</param>
    public WorkItem(Envelope envelope, string documentId, ReadOnlySpan<int> ids, TokenCount count, int floor = AnyMode)
    {
        (Envelope, DocumentId, TokenCount, Floor) = (envelope, documentId, count, floor);
        _ids = ArrayPool<int>.Shared.Rent(count.Count);
        ids[..count.Count].CopyTo(_ids);
    }

    public Envelope Envelope { get; }

    public string DocumentId { get; }

    /// <summary>What of the document goes into its label, by name.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = Prediction.NoFields;

    /// <summary>Tokens with [CLS] and [SEP], 2 to the model's most, and whether the text had more.</summary>
    public TokenCount TokenCount { get; }

    public int Tokens => TokenCount.Count;

    /// <summary>The least that it may be labelled with: an index of <see cref="Control.CurrentMode.Loaded"/>, or beyond them
    /// all. Documents of different ones are never in one batch.</summary>
    public int Floor { get; }

    /// <summary>The token ids, [CLS] first. Not after <see cref="ReleaseIds"/>.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Tokens);

    public void ReleaseIds() => ArrayPool<int>.Shared.Return(_ids);
}
