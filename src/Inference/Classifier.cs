using System.Text;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;

namespace Sluice.Inference;

/// <summary>
/// Labels one text at a time: tokenizer and engine together, for commands and tests. Not thread-safe; does not own the engine.
/// </summary>
internal sealed class Classifier : IDisposable
{
    private readonly IEngine _engine;
    private readonly Mode _mode;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly PackedBatch<int> _batch;
    private readonly int[] _ids;

    /// <param name="bundle">The engine's.</param>
    /// <param name="engine">What labels.</param>
    /// <param name="mode">In which of its modes.</param>
    public Classifier(ModelBundle bundle, IEngine engine, Mode mode)
    {
        (_engine, _mode) = (engine, mode);
        _tokenizer = bundle.CreateTokenizer();
        _ids = new int[bundle.Identity.MaxTokens];
        _batch = new PackedBatch<int>(maxRows: 1, maxTokens: _ids.Length);
    }

    /// <summary>Labels a text. Empty text is labelled too, from [CLS] and [SEP] alone.</summary>
    /// <param name="text">Any length; what exceeds the model's tokens is left out.</param>
    public Classification Classify(string text) => Classify(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Classify(string)"/>
    public Classification Classify(ReadOnlySpan<byte> utf8)
    {
        TokenCount tokens = _tokenizer.Encode(utf8, _ids);
        return Classify(_ids.AsSpan(0, tokens.Count), tokens.Truncated);
    }

    /// <summary>Labels a text that is tokens already.</summary>
    /// <param name="ids">[CLS] first; at most the model's tokens.</param>
    /// <param name="truncated">Passed on.</param>
    public Classification Classify(ReadOnlySpan<int> ids, bool truncated = false)
    {
        _batch.Clear();
        _batch.TryAdd(0, ids);
        _batch.Seal();
        var logits = new float[_engine.Model.Labels.Count];
        BatchOutcome outcome = _engine.Run(_batch.Tensors, _mode, new CollectedRows(logits));
        var scores = new float[logits.Length];
        Scores.Softmax(logits, scores);
        return new Classification(_engine.Model.Labels[Scores.Largest(logits)], scores, logits, ids.Length, truncated, outcome.Provenance);
    }

    public void Dispose() => _batch.Dispose();
}
