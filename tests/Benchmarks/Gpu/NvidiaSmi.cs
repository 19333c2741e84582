using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Benchmarks.Gpu;

/// <summary>Asks <c>nvidia-smi</c> what is the same whichever GPU is measured: it counts them in another order than CUDA, and knows nothing
/// of CUDA_VISIBLE_DEVICES. Where it is not there, is refused or answers something else, there is no answer.</summary>
internal static partial class NvidiaSmi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The driver's version, one for all GPUs; null where nobody tells.</summary>
    public static string? Driver() => Ask("--query-gpu=driver_version", "--format=csv,noheader") is { } answer ? ParseDriver(answer) : null;

    /// <summary>MiB that a process has on all GPUs; null where nobody tells, as in a container that numbers its processes anew.</summary>
    public static long? ProcessMiB(int process) =>
        Ask("--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits") is { } answer ? ParseProcess(answer, process) : null;

    /// <summary>The newest CUDA that the driver serves; null where nobody tells.</summary>
    public static string? Cuda() => Ask() is { } banner ? ParseCuda(banner) : null;

    /// <summary>Reads an answer to <see cref="Driver"/>: a line for each GPU, all alike.</summary>
    internal static string? ParseDriver(string answer) =>
        answer.TrimStart().Split('\n')[0].Trim() is var first && Version().IsMatch(first) ? first : null;

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

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)+$")]
    private static partial Regex Version();

    [GeneratedRegex(@"CUDA(?: UMD)? Version\s*:\s*([0-9.]+)")]
    private static partial Regex CudaVersion();
}
