using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Engines;

/// <summary>Labels packed batches, each in a mode of its own. Thread-safe: any number of threads may run batches at once.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>The model that labels.</summary>
    ModelIdentity Model { get; }

    /// <summary>The modes that are loaded, at least one; of a group from one student to all. A change from one to another costs
    /// nothing.</summary>
    IReadOnlyList<Mode> Modes { get; }

    /// <summary>What the learned costs of a loaded mode are kept under: another name where it runs in a way that is not usual.</summary>
    string CostNameOf(Mode mode);

    /// <summary>Labels a sealed batch and returns when all of its rows are given.</summary>
    /// <param name="batch">At least one row; over memory that does not move until the return.</param>
    /// <param name="mode">One of <see cref="Modes"/>.</param>
    /// <param name="sink">Is given each row once before the return, on the calling thread, in any order and in as many calls as the engine
    /// finds fit. What it throws comes through, and the rows not given by then are lost.</param>
    /// <returns>How the batch came about, and what threads other than the caller's spent on it.</returns>
    /// <exception cref="ArgumentException">The mode is not loaded, or a document is too long. No row is given.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime refuses: a token id outside the vocabulary.</exception>
    BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink);
}
