using System.Collections.Concurrent;
using System.Text;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Tokenization;

namespace Sluice.Inference;

/// <summary>Labels texts with a model from disk: tokenizer and graphs together.</summary>
/// <remarks>Thread-safe: any number of threads may classify at once. Each call labels on its caller's thread, with the help of
/// <see cref="ClassifierOptions.Threads"/>. Opening one reads and checks the whole bundle, some tenths of a second, so open one and keep
/// it. The library writes to no console and no log, and sends nothing anywhere: ONNX Runtime's report of its use is turned off
/// at the first use of this assembly, by <c>ORT_DISABLE_TELEMETRY</c> in the process's environment, unless it is set there already. Set it
/// before the program starts where ONNX Runtime is used before, or where native threads read the environment meanwhile.</remarks>
public sealed class Classifier : IDisposable
{
    private readonly IEngine _engine;
    private readonly Mode _mode;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly ConcurrentBag<Workspace> _idle = [];
    private readonly Holders _holders; // every call

    /// <param name="bundle">The engine's.</param>
    /// <param name="engine">What labels.</param>
    /// <param name="mode">In which of its modes.</param>
    /// <param name="ownsEngine">Whether it is disposed with this.</param>
    internal Classifier(ModelBundle bundle, IEngine engine, Mode mode, bool ownsEngine = false)
    {
        (_engine, _mode, Model) = (engine, mode, bundle.Identity);
        _holders = new Holders(nameof(Classifier), ownsEngine ? engine.Dispose : static () => { });
        _tokenizer = bundle.CreateTokenizer();
    }

    /// <summary>Which model labels, and how long a text it takes.</summary>
    public ModelIdentity Model { get; }

    /// <summary>The model's labels, at least two, all different; <see cref="Classification.Scores"/> have the same order.</summary>
    public IReadOnlyList<string> Labels => Model.Labels;

    /// <summary>What labels when nothing goes wrong; <see cref="Classification.Provenance"/> tells what did.</summary>
    public Mode Mode => _mode;

    /// <summary>Why int8 runs slower on this machine and gives scores of other bits than elsewhere, as where the package's kernel is
    /// missing or the CPU has no AVX2; null where nothing is amiss, and in other precisions. Worth a line in a log.</summary>
    public string? Shortfall => Mode.Precision == Precision.Int8 ? AttentionKernel.Shortfall : null;

    /// <summary>Opens a bundle with the teacher in int8, on all cores.</summary>
    /// <param name="bundle">The folder, absolute or relative to the current one.</param>
    /// <inheritdoc cref="Open(string, ClassifierOptions)"/>
    public static Classifier Open(string bundle) => Open(bundle, new ClassifierOptions());

    /// <summary>Opens a bundle: a folder with a manifest, as <c>./sluice train</c> makes them.</summary>
    /// <param name="bundle">The folder, absolute or relative to the current one.</param>
    /// <param name="options">What labels and how.</param>
    /// <returns>A classifier that holds the weights in memory until it is disposed of.</returns>
    /// <exception cref="BundleException">There is no bundle, it is damaged or of a newer format, or it lacks what the mode needs; the
    /// message names each fault.</exception>
    /// <exception cref="ProviderException">ONNX Runtime's library cannot be loaded, or nothing here calculates in the precision.
    /// </exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public static Classifier Open(string bundle, ClassifierOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(bundle);
        return Open(ModelBundle.Load(bundle), options);
    }

    /// <summary>Opens a bundle that was loaded already: several classifiers, of several modes, may share one.</summary>
    /// <param name="bundle">Where its graphs or weights have changed since, it is refused.</param>
    /// <param name="options">What labels and how.</param>
    /// <inheritdoc cref="Open(string, ClassifierOptions)"/>
    public static Classifier Open(ModelBundle bundle, ClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(options);
        EngineOptions how = EngineFactory.ForOneAtATime(options.Mode, options.Threads ?? Environment.ProcessorCount);
        return new Classifier(bundle, EngineFactory.Create(bundle, options.Mode, how), options.Mode, ownsEngine: true);
    }

    /// <summary>Labels a text. Empty text is labelled too, from [CLS] and [SEP] alone.</summary>
    /// <param name="text">Any length; what exceeds the model's tokens is left out, and <see cref="Classification.Truncated"/> says so. Half
    /// a surrogate pair counts as U+FFFD.</param>
    /// <returns>The label and a score of each, the same whichever texts are labelled beside it.</returns>
    /// <exception cref="ObjectDisposedException">The classifier was disposed of before the call.</exception>
    /// <exception cref="ArgumentException">The model gave a number that is not finite: its weights are broken.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime fails, as where memory ends.</exception>
    public Classification Classify(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Classify(Encoding.UTF8.GetBytes(text));
    }

    /// <param name="utf8">Any length; what exceeds the model's tokens is left out. Broken UTF-8 counts as U+FFFD.</param>
    /// <inheritdoc cref="Classify(string)"/>
    public Classification Classify(ReadOnlySpan<byte> utf8)
    {
        int[] ids = new int[Model.MaxTokens];
        TokenCount tokens = _tokenizer.Encode(utf8, ids);
        return Classify(ids.AsSpan(0, tokens.Count), tokens.Truncated);
    }

    /// <summary>Labels a text that is tokens already.</summary>
    /// <param name="ids">[CLS] first; at most the model's tokens.</param>
    /// <param name="truncated">Passed on.</param>
    internal Classification Classify(ReadOnlySpan<int> ids, bool truncated = false)
    {
        var found = new Classification[1];
        _holders.Hold();
        try
        {
            Workspace workspace = Take();
            workspace.Batch.TryAdd((0, truncated), ids);
            Run(workspace, found);
            _idle.Add(workspace);
            return found[0];
        }
        finally
        {
            _holders.Release();
        }
    }

    /// <summary>Labels many texts, in batches of like length: faster than one by one where texts are short.</summary>
    /// <param name="texts">Any number, none of them null; each as for <see cref="Classify(string)"/>. Must not change meanwhile.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <returns>As many as there are texts, in their order: what <see cref="Classify(string)"/> gives of each, in int8 to the bit and in
    /// fp32 to 1e-5 of a logit.</returns>
    /// <remarks>One batch after another, of at most 64 texts and 512 tokens (or one text of the model's longest), on the caller's thread.
    /// Takes 4 bytes of memory a token beside what it returns.</remarks>
    /// <exception cref="ArgumentException">A text is null; the message names its place. Nothing was labelled.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was labelled by then is lost.</exception>
    /// <exception cref="ObjectDisposedException">The classifier was disposed of before the call.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime fails, as where memory ends.</exception>
    public IReadOnlyList<Classification> ClassifyAll(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        _holders.Hold();
        try
        {
            return Label(texts, cancellationToken);
        }
        finally
        {
            _holders.Release();
        }
    }

    /// <summary>Gives back the weights' memory, once calls that still run have ended, which it does not wait for; later calls fail. Again
    /// does nothing.</summary>
    public void Dispose() => _holders.Close();

    private Classification[] Label(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        (int[] Ids, (int Place, bool Truncated) Row)[] documents = Tokenize(texts);
        var found = new Classification[documents.Length];
        Workspace workspace = Take();
        foreach ((int[] ids, (int, bool) row) in documents.OrderBy(document => document.Ids.Length))
        {
            if (workspace.Batch.TryAdd(row, ids)) continue;
            cancellationToken.ThrowIfCancellationRequested();
            Run(workspace, found);
            workspace.Batch.TryAdd(row, ids);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (workspace.Batch.Rows > 0) Run(workspace, found);
        _idle.Add(workspace);
        return found;
    }

    private (int[] Ids, (int Place, bool Truncated) Row)[] Tokenize(IReadOnlyList<string> texts)
    {
        int[] room = new int[Model.MaxTokens];
        var documents = new (int[] Ids, (int Place, bool Truncated) Row)[texts.Count];
        for (int place = 0; place < documents.Length; place++)
        {
            string text = texts[place]
                ?? throw new ArgumentException($"Text {place} of {texts.Count} is null; leave it out.", nameof(texts));
            TokenCount tokens = _tokenizer.Encode(Encoding.UTF8.GetBytes(text), room);
            documents[place] = (room[..tokens.Count], (place, tokens.Truncated));
        }

        return documents;
    }

    /// <summary>Labels what the batch holds, and empties it.</summary>
    private void Run(Workspace workspace, Classification[] found)
    {
        PackedBatch<(int Place, bool Truncated)> batch = workspace.Batch;
        batch.Seal();
        _engine.Run(batch.Tensors, _mode, new ToldRows(this, batch, found));
        batch.Clear();
    }

    private Classification Told(float[] logits, int tokens, bool truncated, Provenance provenance)
    {
        var scores = new float[logits.Length];
        Scores.Softmax(logits, scores);
        return new Classification(Labels[Scores.Largest(logits)], scores, logits, tokens, truncated, provenance);
    }

    // One that a failed call had is not given back.
    private Workspace Take() => _idle.TryTake(out Workspace? idle) ? idle : new Workspace(Model.MaxTokens);

    /// <summary>What one call at a time needs.</summary>
    private sealed class Workspace(int longest)
    {
        public PackedBatch<(int Place, bool Truncated)> Batch { get; } =
            new(BatchBudget.DefaultRows, int.Max(BatchBudget.DefaultTokens, longest));
    }

    /// <summary>Puts what came of each row where its text stands.</summary>
    private sealed class ToldRows(Classifier owner, PackedBatch<(int Place, bool Truncated)> batch, Classification[] found) : IRowSink
    {
        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            int labels = owner.Labels.Count;
            for (int next = 0; next < rows.Length; next++)
            {
                (int place, bool truncated) = batch.Items[rows[next]];
                found[place] = owner.Told(logits.Slice(next * labels, labels).ToArray(), batch.Tensors.Lengths[rows[next]], truncated,
                    provenance);
            }
        }
    }
}
