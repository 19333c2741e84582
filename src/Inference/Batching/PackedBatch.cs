using System.Diagnostics;

namespace Sluice.Inference.Batching;

/// <summary>A batch without padding: the documents' token ids one after another, and for each row the item it came from.</summary>
/// <typeparam name="T">What a row belongs to: its offset, its key, whoever waits for it.</typeparam>
/// <remarks>Fill with <see cref="TryAdd"/>, close with <see cref="Seal"/>, read <see cref="Tensors"/> and <see cref="Items"/>, start again
/// with <see cref="Clear"/>. The buffers are allocated once, pinned, so a batch that is used again allocates nothing; only the gather table
/// grows, to the largest rows x longest seen. Not thread-safe: one owner at a time.</remarks>
internal sealed class PackedBatch<T> : IDisposable
{
    private readonly T[] _items;
    private readonly int[] _ids;
    private readonly int[] _positions;
    private readonly int[] _scatter;
    private readonly int[] _lengths;
    private readonly int[] _cls;
    private int[] _gather = [];
    private bool _sealed;
    private bool _disposed;

    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    public PackedBatch(int maxRows, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        _items = new T[maxRows];
        _ids = Pinned(maxTokens);
        _positions = Pinned(maxTokens);
        _scatter = Pinned(maxTokens);
        _lengths = Pinned(maxRows);
        _cls = Pinned(maxRows);
    }

    public PackedBatch(BatchBudget budget)
        : this(budget.MaxRows, budget.MaxTokens)
    {
    }

    /// <summary>What its time depends on.</summary>
    public BatchShape Shape { get; private set; }

    /// <summary>Documents in the batch.</summary>
    public int Rows => Shape.Rows;

    /// <summary>Tokens of all documents in the batch.</summary>
    public int Tokens => Shape.Tokens;

    /// <summary>Tokens of the longest document, 0 while empty.</summary>
    public int MaxLength => Shape.Longest;

    public int MaxRows => _items.Length;

    public int MaxTokens => _ids.Length;

    /// <summary>The item of each row, in row order.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Rows);

    /// <summary>The graph's inputs. Only of a sealed batch that is not empty.</summary>
    /// <exception cref="InvalidOperationException">The batch is not sealed, or empty.</exception>
    public PackedTensors Tensors
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_sealed || Rows == 0)
                throw new InvalidOperationException(Rows == 0
                    ? "The batch is empty; add a document before reading its tensors."
                    : "The batch is open; call Seal before reading its tensors.");
            return new PackedTensors
            {
                Ids = _ids.AsSpan(0, Tokens),
                Positions = _positions.AsSpan(0, Tokens),
                Gather = _gather.AsSpan(0, Rows * MaxLength),
                Scatter = _scatter.AsSpan(0, Tokens),
                Lengths = _lengths.AsSpan(0, Rows),
                Cls = _cls.AsSpan(0, Rows),
                MaxLength = MaxLength,
            };
        }
    }

    /// <summary>Appends a document; false when it does not fit any more (then run this batch and start the next one with it).</summary>
    /// <param name="item">Kept until <see cref="Clear"/>.</param>
    /// <param name="ids">Its token ids, [CLS] first; copied.</param>
    /// <exception cref="ArgumentException"><paramref name="ids"/> is empty, or too long for an empty batch, so that no later batch could
    /// take it either.</exception>
    /// <exception cref="InvalidOperationException">The batch is sealed.</exception>
    public bool TryAdd(T item, ReadOnlySpan<int> ids)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sealed)
            throw new InvalidOperationException("The batch is sealed; Clear it before adding documents.");
        if (ids.IsEmpty)
            throw new ArgumentException("A document has at least one token, [CLS]; this one has none.", nameof(ids));
        if (ids.Length > MaxTokens)
            throw new ArgumentException(
                $"A document has {ids.Length} tokens but a batch holds {MaxTokens}; raise the token budget or truncate the document.",
                nameof(ids));
        if (Rows == MaxRows || ids.Length > MaxTokens - Tokens)
            return false;

        ids.CopyTo(_ids.AsSpan(Tokens));
        for (int place = 0; place < ids.Length; place++)
            _positions[Tokens + place] = place;
        _items[Rows] = item;
        _cls[Rows] = Tokens;
        _lengths[Rows] = ids.Length;
        Shape = Shape.Plus(ids.Length);
        return true;
    }

    /// <summary>Closes the batch and lays out its attention view, which depends on the longest document.</summary>
    public void Seal()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sealed)
            return;
        int cells = checked(Rows * MaxLength);
        if (_gather.Length < cells)
            _gather = Pinned((int)uint.Min(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)cells), (uint)Array.MaxLength));
        for (int row = 0; row < Rows; row++)
        {
            int length = _lengths[row], start = _cls[row], cell = row * MaxLength;
            for (int place = 0; place < length; place++)
            {
                _gather[cell + place] = start + place;
                _scatter[start + place] = cell + place;
            }
            _gather.AsSpan(cell + length, MaxLength - length).Clear();
        }
        Debug.Assert(Rows == 0 || _cls[Rows - 1] + _lengths[Rows - 1] == Tokens, "rows cover the packed tokens");
        _sealed = true;
    }

    /// <summary>Empties and reopens the batch; the buffers stay.</summary>
    public void Clear()
    {
        _items.AsSpan(0, Rows).Clear();
        (Shape, _sealed) = (default, false);
    }

    /// <summary>Drops the items; the batch cannot be used again.</summary>
    public void Dispose()
    {
        Clear();
        _disposed = true;
    }

    private static int[] Pinned(int length) => GC.AllocateArray<int>(length, pinned: true);
}
