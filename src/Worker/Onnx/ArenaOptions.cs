namespace Sluice.Worker.Onnx;

/// <summary>One CPU memory arena for all sessions of the process (onnxruntime_c_api.h, CreateArenaCfgV2).</summary>
/// <param name="MaxBytes">Most that it may take from the system; 0 leaves it unbounded.</param>
/// <remarks>It grows in doubling steps, out of which pieces of any size are cut and joined again. Growing by what is asked for takes a region of its own for each size that is larger than any before, and regions
/// are never joined: the same 3,000 documents of 1 to 512 tokens then held 2.2 GiB in place of 170 MiB.</remarks>
internal sealed record ArenaOptions(long MaxBytes = 0);
