using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace FunctionalTests.Entry;

/// <summary>
/// A folder with archives such as eng/gpu/pack makes, whose programs are scripts. Its xz unpacks nothing, since a bare machine has none:
/// the archives are plain tars. Scripts find the folder in <c>KIT</c>.
/// </summary>
internal sealed class MadeUpKit : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice kit ");

    public MadeUpKit()
    {
        Directory.CreateDirectory(In("programs"));
        Replace("xz", "exec cat");
    }

    /// <summary>Where eng/gpu lies.</summary>
    public static string Sources { get; } = Path.Combine(RepositoryRoot.Find(), "eng", "gpu");

    public static string Run { get; } = Path.Combine(Sources, "run");

    public string Folder => _folder.FullName;

    /// <summary>What lies where <c>run</c> unpacks to: nothing, before it and after it.</summary>
    public IEnumerable<string> Unpacked => Directory.EnumerateDirectories(Folder, "tmp.*");

    public string In(params string[] names) => Path.Combine([Folder, .. names]);

    /// <summary>Puts a bash script before the program of that name on the PATH.</summary>
    public void Replace(string program, string script)
    {
        File.WriteAllText(In("programs", program), Script(script));
        File.SetUnixFileMode(In("programs", program), Executable);
    }

    /// <summary>All three archives, with the libraries of the flavour for CUDA.</summary>
    public void Pack(string benchmarks = "exit 0", string demo = "exit 0")
    {
        Seal("program.tar.xz", Tar(("Benchmarks", Script(benchmarks)), ("Sluice.Cli", Script(demo))));
        Seal("bundle.tar.xz", Tar(("models", "")));
        Seal("natives.tar.xz.00", Tar(("libonnxruntime.so", ""), ("libonnxruntime_providers_cuda.so", "")));
    }

    /// <summary>Writes a file, and its sum.</summary>
    public void Seal(string name, byte[] content)
    {
        File.WriteAllBytes(In(name), content);
        File.AppendAllText(In("SHA256SUMS"), $"{Convert.ToHexStringLower(SHA256.HashData(content))}  {name}\n");
    }

    public static byte[] Tar(params (string Name, string Content)[] files)
    {
        MemoryStream archive = new();
        using (TarWriter writer = new(archive, leaveOpen: true))
            foreach ((string name, string content) in files)
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = Executable,
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                });
        return archive.ToArray();
    }

    /// <summary>Runs <c>run</c> on this kit, with results to its <c>out</c>.</summary>
    public Task<Finished> RunAsync(params string[] options) => BashAsync([Run, Folder, .. options, In("out")]);

    /// <summary>Runs bash in the folder.</summary>
    public async Task<Finished> BashAsync(params string[] arguments)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        ProcessStartInfo start = new("bash", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
            Environment =
            {
                ["PATH"] = $"{In("programs")}:{Environment.GetEnvironmentVariable("PATH")}",
                ["LD_LIBRARY_PATH"] = Folder, ["TMPDIR"] = Folder, ["KIT"] = Folder, ["RUN"] = Run,
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel), errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return new Finished(process.Id, process.ExitCode, await output, await errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Script(string script) => $"#!/usr/bin/env bash\n{script}\n";
}
