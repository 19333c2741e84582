using System.Diagnostics;
using System.Text;

namespace FunctionalTests.Entry;

/// <summary>
/// A copy of <c>./sluice</c> and eng/ in a folder of its own, with a space in its name, in which programs that would install, fetch or
/// build can be replaced. Nothing outside the folder is written.
/// </summary>
internal sealed class Checkout : IDisposable
{
    private const string Parts = "pins say places limits fetch debian node_runtime mails python build setup";

    private static readonly string[] Folders = ["eng", "programs", "src", "tests"];
    private static readonly string[] Files =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json",
        "Streaming.sln",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice entry ");

    public Checkout()
    {
        foreach (string folder in Folders)
            Directory.CreateDirectory(PathOf(folder));
        foreach (string file in Files)
            File.WriteAllText(PathOf(file), "");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "eng")))
            File.Copy(file, PathOf("eng", Path.GetFileName(file)));
        File.Copy(Path.Combine(RepositoryRoot.Find(), "sluice"), PathOf("sluice"));
    }

    public string PathOf(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    /// <summary>Puts a bash script before the program of that name on the PATH.</summary>
    public void Replace(string program, string script) => WriteProgram(PathOf("programs", program), script);

    /// <summary>Makes a test project look built: run-tests finds it, and starts the (replaced) dotnet with its path.</summary>
    public void AddTestProject(string name)
    {
        Directory.CreateDirectory(PathOf("tests", name));
        string outputs = PathOf("artifacts", "bin", name, "release");
        Directory.CreateDirectory(outputs);
        File.WriteAllText(Path.Combine(outputs, $"{name}.runtimeconfig.json"), "");
        File.WriteAllText(Path.Combine(outputs, "xunit.v3.core.dll"), "");
    }

    /// <summary>Leaves the traces of a finished set-up and build of the worker: outputs, and the stamp
    /// that is newer than the sources.</summary>
    public void PretendBuilt()
    {
        Directory.CreateDirectory(PathOf("artifacts", "bin", "Cli", "release"));
        File.WriteAllText(PathOf("artifacts", "bin", "Cli", "release", "Sluice.Cli.dll"), "");
        Finished stamped = Bash(""". eng/build.sh; mkdir artifacts/sluice; build_identity >artifacts/sluice/worker.built""");
        Assert.Equal(0, stamped.Code);
    }

    /// <summary>Runs a line of bash in the checkout's folder, with the parts in eng/ loaded as ./sluice loads them.</summary>
    public Finished Bash(string line) =>
        Run("bash",
            ["-c", $"set -euo pipefail; root=$PWD home=$HOME cache=$SLUICE_CACHE; for part in {Parts}; do . eng/$part.sh; done; {line}"],
            _folder.FullName);

    /// <summary>Runs <c>./sluice</c>, or a link to it, from any folder.</summary>
    public Finished Sluice(string[] arguments, string? link = null, string? from = null) =>
        Run(link ?? PathOf("sluice"), arguments, from ?? _folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    private Finished Run(string program, string[] arguments, string from)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = from,
        };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("SLUICE_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["PATH"] = PathOf("programs") + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = _folder.FullName;
        start.Environment["SLUICE_CACHE"] = PathOf("cache");
        using Process process = Process.Start(start)!;
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, line) => errors.Append(line.Data is null ? "" : line.Data + "\n");
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Finished(process.Id, process.ExitCode, output, errors.ToString());
    }

    private static void WriteProgram(string path, string script)
    {
        File.WriteAllText(path, "#!/usr/bin/env bash\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
