using System.Diagnostics;

namespace TestKit;

/// <summary>
/// A script of the shared folder that starts and stops a test server in a temporary folder of its own, which goes with it.
/// </summary>
internal sealed class ServerScript : IDisposable
{
    private readonly string _script, _folder = Directory.CreateTempSubdirectory("sluice-server-").FullName;

    private ServerScript(string script) => _script = script;

    /// <summary>The script; null, and why, where it or a program that it runs is missing.</summary>
    /// <param name="name">Its path in the shared folder.</param>
    /// <param name="programs">What it runs.</param>
    /// <param name="why">Part of a sentence.</param>
    public static ServerScript? Find(string name, string[] programs, out string why)
    {
        IReadOnlyList<string> missing = OnPath.Missing(programs);
        string? script = SharedFolder.Find(name);
        why = script is null
            ? $"SLUICE_SHARED names no folder with {name}"
            : $"{script} would need {string.Join(" and ", missing)} on the PATH";
        return script is not null && missing.Count == 0 ? new ServerScript(script) : null;
    }

    /// <summary>What the server keeps: its log, its settings, its process's id.</summary>
    public string Folder => _folder;

    /// <summary>Variables that the script finds in its environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Runs <c>SCRIPT VERB FOLDER ARGUMENTS</c>, and gives what it printed.</summary>
    public async Task<string> RunAsync(string verb, params string[] arguments)
    {
        ProcessStartInfo start = new(_script, [verb, _folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in Environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException(
                $"{_script} {verb} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
