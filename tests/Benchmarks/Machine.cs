using System.Runtime.InteropServices;

namespace Benchmarks;

/// <summary>The machine that a figure belongs to.</summary>
/// <param name="Cpu">The processor's name for itself.</param>
/// <param name="Kind">Its instructions for int8 products: <c>avx512-vnni</c>, <c>avx-vnni</c>, <c>avx2</c>, or the architecture.</param>
/// <param name="Cores">Processors that this process may use.</param>
/// <param name="MemoryGiB">Memory of the machine, in GiB.</param>
/// <param name="System">The operating system.</param>
internal sealed record Machine(string Cpu, string Kind, int Cores, double MemoryGiB, string System)
{
    /// <summary>Describes this machine from <c>/proc</c>.</summary>
    public static Machine Read() => new(
        Field("/proc/cpuinfo", "model name") ?? "unknown",
        KindOf((Field("/proc/cpuinfo", "flags") ?? "").Split(' ')),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
        RuntimeInformation.OSDescription);

    public override string ToString() => $"{Cpu} ({Kind}), {Cores} cores, {MemoryGiB} GiB, {System}";

    private static string KindOf(string[] flags) =>
        flags.Contains("avx512_vnni") ? "avx512-vnni"
        : flags.Contains("avx_vnni") ? "avx-vnni"
        : flags.Contains("avx2") ? "avx2"
        : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static string? Field(string file, string name) => !File.Exists(file)
        ? null
        : File.ReadLines(file).Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line =>
            line[(line.IndexOf(':') + 1)..].Trim()).FirstOrDefault();
}
