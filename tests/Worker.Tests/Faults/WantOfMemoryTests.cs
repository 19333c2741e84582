using Sluice.Inference.Engines;
using Sluice.Inference.Onnx;
using Sluice.Worker.Faults;

namespace Worker.Tests.Faults;

public sealed class WantOfMemoryTests
{
    [Theory]
    [InlineData(ExecutionProvider.Cpu, "Sluice:Engine:ArenaMaxBytes", "nvidia-smi")]
    [InlineData(ExecutionProvider.Cuda, "nvidia-smi", "Sluice:Engine:ArenaMaxBytes")]
    internal void What_helps_is_what_the_provider_has(ExecutionProvider provider, string has, string hasNot)
    {
        string wayOut = WantOfMemory.WayOut(new EngineOptions { Provider = provider });
        Assert.Contains(has, wayOut, StringComparison.Ordinal);
        Assert.DoesNotContain(hasNot, wayOut, StringComparison.Ordinal);
        Assert.Contains("lower Sluice:Batching:MaxTokens or Sluice:Pipeline:InferenceCallers, or raise", wayOut, StringComparison.Ordinal);
    }
}
