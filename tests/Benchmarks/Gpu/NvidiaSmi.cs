using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Benchmarks.Gpu;

/// <summary>One GPU as its driver's program tells it.</summary>
/// <param name="Name">Such as <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="ComputeCapability">Such as 9.0.</param>
/// <param name="Driver">Its version.</param>
/// <param name="TotalMiB">Memory.</param>
/// <param name="UsedMiB">What of it is in use by all processes.</param>
internal sealed record GpuState(string Name, string ComputeCapability, string Driver, long TotalMiB, long UsedMiB);

/// <summary>Asks <c>nvidia-smi</c>. Where it is not there, is refused or answers something else, there is no answer.</summary>
internal static partial class NvidiaSmi
{
    private const string Fields = "name,compute_cap,driver_version,memory.total,memory.used";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The GPU of a number; null where nobody tells.</summary>
    public static GpuState? Read(int device) =>
        Ask($"--id={device}", $"--query-gpu={Fields}", "--format=csv,noheader,nounits") is { } answer ? Parse(answer) : null;

    /// <summary>MiB that a process has on all GPUs; null where nobody tells, as in a container that numbers its processes anew.</summary>
    public static long? ProcessMiB(int process) =>
        Ask("--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits") is { } answer ? ParseProcess(answer, process) : null;

    /// <summary>The newest CUDA that the driver serves; null where nobody tells.</summary>
    public static string? Cuda() => Ask() is { } banner ? ParseCuda(banner) : null;

    /// <summary>Reads the first line of an answer to <see cref="Read"/>.</summary>
    internal static GpuState? Parse(string answer) => FirstLine(answer).Split(',', StringSplitOptions.TrimEntries) switch
    {
        [var name, var capability, var driver, var total, var used]
            when TryMiB(total, out long totalMiB) && TryMiB(used, out long usedMiB) => new(name, capability, driver, totalMiB, usedMiB),
        _ => null,
    };

    /// <summary>Reads an answer to <see cref="ProcessMiB"/>: a line for each process and GPU.</summary>
    internal static long? ParseProcess(string answer, int process)
    {
        long? sum = null;
        foreach (string line in answer.Split('\n'))
        {
            if (line.Split(',', StringSplitOptions.TrimEntries) is [var id, var used]
                && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int found) && found == process
                && TryMiB(used, out long mib))
                sum = (sum ?? 0) + mib;
        }

        return sum;
    }

    /// <summary>Reads the head of the program's plain answer.</summary>
    internal static string? ParseCuda(string banner) =>
        CudaVersion().Match(banner) is { Success: true } found ? found.Groups[1].Value : null;

    private static string FirstLine(string answer) => answer.TrimStart().Split('\n')[0];

    private static bool TryMiB(string text, out long mib) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out mib);

    private static string? Ask(params string[] arguments)
    {
        ProcessStartInfo start = new("nvidia-smi", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        StringBuilder answer = new();
        try
        {
            using Process process = new() { StartInfo = start };
            process.OutputDataReceived += (_, line) => answer.Append(line.Data).Append('\n');
            process.ErrorDataReceived += (_, _) => { };
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                return null;
            }

            process.WaitForExit(); // until all of its lines have come
            return process.ExitCode == 0 ? answer.ToString() : null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"CUDA(?: UMD)? Version\s*:\s*([0-9.]+)")]
    private static partial Regex CudaVersion();
}
