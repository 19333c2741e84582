using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Benchmarks.Modes;

/// <summary>An engine behind two modes that run the same graphs, and so cost the same: what is left between them is the change.</summary>
/// <param name="engine">Labels for both; owned.</param>
/// <param name="mode">The first mode, in which the engine runs in truth.</param>
/// <param name="twin">Another one, that the path knows as different.</param>
internal sealed class TwinModes(IEngine engine, Mode mode, Mode twin) : IEngine
{
    public ModelIdentity Model => engine.Model;

    public IReadOnlyList<Mode> Modes { get; } = [mode, twin];

    public string CostNameOf(Mode asked) => asked.Name;

    public BatchOutcome Run(PackedTensors batch, Mode asked, IRowSink sink)
    {
        if (asked != mode && asked != twin) throw asked.NotLoaded(Modes);
        return engine.Run(batch, mode, sink);
    }

    public void Dispose() => engine.Dispose();
}
