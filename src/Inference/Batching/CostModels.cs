using System.Collections.Concurrent;

namespace Sluice.Inference.Batching;

/// <summary>The cost models of one machine, runtime and model: one for each mode, precision and number of batches at once.</summary>
/// <remarks>Thread-safe. Models are made when first asked for, and stay.</remarks>
internal sealed class CostModels(CostFingerprint origin)
{
    private readonly ConcurrentDictionary<CostKey, CostModel> _models = new();

    /// <summary>Where these costs are measured.</summary>
    public CostFingerprint Origin { get; } = origin;

    /// <summary>The keys of which something is known.</summary>
    public IEnumerable<CostKey> Keys => _models.Keys;

    /// <summary>The model of <paramref name="key"/>: what was learned, or one that has learned nothing.</summary>
    public CostModel this[CostKey key] => _models.GetOrAdd(key, static _ => new CostModel());

    /// <summary>Puts in what an earlier process knew. False when there is a model already, which then stays.</summary>
    public bool TryAdd(CostKey key, CostSnapshot known) => _models.TryAdd(key, new CostModel(known));
}
