using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Engines;

namespace Sluice.Inference.Students;

/// <summary>Runs one student of a group on the calling thread.</summary>
/// <param name="number">Which, from 1.</param>
/// <param name="batch">Its feeds.</param>
/// <param name="features">[rows, H], written.</param>
/// <param name="options">Tells it to end when it is late.</param>
internal unsafe delegate void StudentCall(int number, PackedPointers batch, float* features, RunOptions options);
