namespace Sluice.Worker.Onnx;

/// <summary>One CPU memory arena for all sessions of the process (onnxruntime_c_api.h, CreateArenaCfgV2).</summary>
/// <param name="MaxBytes">Most that it may take from the system; 0 leaves it unbounded.</param>
/// <param name="GrowByPowersOfTwo">Whether it grows in doubling steps instead of by what is asked for. As asked is what suits batches of bounded size.</param>
internal sealed record ArenaOptions(long MaxBytes = 0, bool GrowByPowersOfTwo = false);
