namespace Sluice.Worker.Onnx;

/// <summary>What an arena holds at one moment, in bytes.</summary>
/// <param name="Taken">Of the system; it never becomes less.</param>
/// <param name="InUse">Of that, what is given out: weights, and activations of the runs that go on.</param>
/// <param name="MaxInUse">Most that ever was.</param>
internal readonly record struct ArenaUse(long Taken, long InUse, long MaxInUse);
