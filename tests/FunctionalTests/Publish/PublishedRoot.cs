using System.Diagnostics;
using FunctionalTests.Inference;

namespace FunctionalTests.Publish;

/// <summary>
/// The published worker and the published commands in a root that holds the C and the C++ library, a model, and nothing else: no OpenSSL,
/// no ICU, no shell. It is entered by chroot in a mount namespace of its own, so that nothing stays mounted. Where this user may not
/// do that, whoever asks for it is skipped.
/// </summary>
public sealed class PublishedRoot : IAsyncLifetime
{
    private static readonly string[] LibraryFolders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-root-");
    private string _why = "";

    /// <summary>What <c>dotnet publish src/Worker</c> made.</summary>
    public string Worker => Path.Combine(Root, "app");

    /// <summary>What <c>dotnet publish src/Cli</c> made.</summary>
    public string Commands => Path.Combine(Root, "cli");

    private string Root
    {
        get
        {
            if (_why.Length > 0) Need.Chroot.Missing(_why);
            return _folder.FullName;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _why = await WhyNotAsync();
        if (_why.Length > 0) return;
        foreach (string name in new[] { "cli", "dev", "lib", "lib64", "model", "proc", "tmp" }) _folder.CreateSubdirectory(name);
        await File.WriteAllBytesAsync(Path.Combine(Root, "dev", "urandom"), []); // a place to mount it on
        foreach (string name in NativeLibraries.OfTheMachine)
            File.Copy(FindLibrary(name)!, Path.Combine(Root, name.StartsWith("ld-", StringComparison.Ordinal) ? "lib64" : "lib", name));
        foreach (string file in Directory.EnumerateFiles(Models.Tiny)) File.Copy(file, Path.Combine(Root, "model", Path.GetFileName(file)));
        await PublishAsync();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>How to start a program in the root, with nothing in its environment.</summary>
    /// <param name="program">Its path there.</param>
    /// <param name="arguments">Its arguments.</param>
    internal ProcessStartInfo Start(string program, params string[] arguments)
    {
        const string Enter = """
            mount --bind /proc "$1/proc" && mount --bind /dev/urandom "$1/dev/urandom" &&
                chroot=$(command -v chroot) && exec env -i "$chroot" "$@"
            """;
        return new ProcessStartInfo("unshare", ["--mount", "bash", "-c", Enter, "enter", Root, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private static async Task<string> WhyNotAsync()
    {
        if (!Signals.IsRoot) return "this user is not root";
        IReadOnlyList<string> programs = OnPath.Missing("unshare", "mount", "chroot");
        if (programs.Count > 0) return $"{string.Join(" and ", programs)} is not on the PATH";
        if (NativeLibraries.OfTheMachine.FirstOrDefault(name => FindLibrary(name) is null) is { } library)
            return $"{library} is in none of {string.Join(' ', LibraryFolders)}";
        (int code, string output) = await RunAsync("unshare", ["--mount", "true"], RepositoryRoot.Find());
        return code == 0 ? "" : $"'unshare --mount' is refused here ({output.Trim()})";
    }

    private static string? FindLibrary(string name) =>
        LibraryFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>
    /// The worker as its image is built: by the commands of infra/worker.Dockerfile, in a folder that holds what it copies and nothing
    /// else. The commands as docs/operations.md has it for the worker, but with all that is built on the way in a folder that goes: the
    /// tests run from the checkout's own.
    /// </summary>
    private async Task PublishAsync()
    {
        DirectoryInfo build = Directory.CreateTempSubdirectory("sluice-publish-");
        try
        {
            string image = Path.Combine(build.FullName, "image");
            await ImageBuild.RunAsync(image, (command, folder) => RunAsync("bash", ["-c", command], folder));
            Directory.Move(Path.Combine(image, "artifacts", "sluice-worker"), Worker);
            (int code, string output) = await RunAsync(
                "dotnet",
                [
                    "publish", "src/Cli", "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", Commands,
                    "--artifacts-path", Path.Combine(build.FullName, "commands"), "--nologo", .. ImageBuild.Apart,
                    "-p:RestoreLockedMode=true",
                ],
                RepositoryRoot.Find());
            Assert.True(code == 0, output);
        }
        finally
        {
            build.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string folder)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
