using System.Collections.Frozen;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Batching;

/// <summary>The cost models of the modes that are loaded, looked up by mode without an allocation. Immutable; the models learn.</summary>
internal sealed class ModeCosts
{
    private readonly FrozenDictionary<Mode, CostModel> _models;

    /// <param name="known">What is known of the machine; a model is made in it for each mode that it lacks.</param>
    /// <param name="modes">Each with the name that its costs are kept under.</param>
    /// <param name="concurrency">How many batches run at once, at least 1.</param>
    public ModeCosts(CostModels known, IEnumerable<(Mode Mode, string Name)> modes, int concurrency) =>
        _models = modes.ToFrozenDictionary(one => one.Mode, one => known[new CostKey(one.Name, one.Mode.Precision, concurrency)]);

    /// <summary>What batches of a mode cost all threads.</summary>
    /// <exception cref="ArgumentException">The mode is not loaded.</exception>
    public CostModel this[Mode mode] => _models.TryGetValue(mode, out CostModel? model) ? model : throw mode.NotLoaded(_models.Keys);

    /// <summary>For one inference thread: what batches of each mode cost it. The thread's own.</summary>
    public FrozenDictionary<Mode, ThreadPace> ForThread() =>
        _models.ToFrozenDictionary(model => model.Key, model => new ThreadPace(model.Value));
}
