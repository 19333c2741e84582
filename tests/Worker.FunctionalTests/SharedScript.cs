using System.Diagnostics;

namespace Worker.FunctionalTests;

/// <summary>Runs a script of ../shared that starts or stops a server.</summary>
internal static class SharedScript
{
    /// <summary>What the script printed.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        return (await output).Trim();
    }
}
