using System.Diagnostics;

namespace FunctionalTests.Commands;

/// <summary>The worker's program as a user starts it: arguments and standard input in, standard output and an exit code out.</summary>
internal static class SluiceProcess
{
    /// <summary>Runs it to its end.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(ReadOnlyMemory<byte> input, params string[] arguments) =>
        RunFromAsync(AppContext.BaseDirectory, input, arguments);

    /// <summary>The same with the program of another folder.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunFromAsync(string folder, ReadOnlyMemory<byte> input,
        params string[] arguments) => RunFromAsync(folder, [], input, arguments);

    /// <summary>The same with more in its environment.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunWithAsync(IEnumerable<(string Name, string Value)> environment,
        params string[] arguments) => RunFromAsync(AppContext.BaseDirectory, environment, default, arguments);

    private static async Task<(int ExitCode, string Output, string Error)> RunFromAsync(string folder,
        IEnumerable<(string Name, string Value)> environment, ReadOnlyMemory<byte> input, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(folder, "Sluice.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await WriteAsync(process, input);
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and its error say why.
        }
    }
}
