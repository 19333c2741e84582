using System.Diagnostics;

namespace FunctionalTests.Publish;

/// <summary>
/// The first stage of infra/worker.Dockerfile without a container engine: each COPY of the checkout's tracked files into a folder, each RUN
/// in it, in their order. So a file that the image's build needs and does not copy, or copies too late, is found here.
/// </summary>
internal static class ImageBuild
{
    /// <summary>Keeps a build apart from others on the machine: no process of it stays behind and holds its output.</summary>
    public static readonly string[] Apart = ["-nodeReuse:false", "-p:UseSharedCompilation=false"];

    /// <param name="folder">A new one; stands for the image's /source.</param>
    /// <param name="run">Runs a command of bash in a folder; gives its exit code and what it wrote.</param>
    public static async Task RunAsync(string folder, Func<string, string, Task<(int Code, string Output)>> run)
    {
        Directory.CreateDirectory(folder);
        string[] tracked = await TrackedAsync();
        Dockerfile file = Dockerfile.Read(Path.Combine(RepositoryRoot.Find(), "infra", "worker.Dockerfile"));
        string variables = "";
        foreach (DockerInstruction instruction in file.Instructions.Where(instruction => instruction.Stage == 0))
        {
            switch (instruction.Name)
            {
                case "FROM" or "WORKDIR":
                    break;
                case "ARG" or "ENV":
                    variables += $"export {instruction.Arguments}; ";
                    break;
                case "COPY":
                    Copy(instruction, tracked, folder);
                    break;
                case "RUN":
                    (int code, string output) = await run($"{variables}{instruction.Arguments} {string.Join(' ', Apart)}", folder);
                    Assert.True(code == 0, $"RUN {instruction.Arguments}\n{output}");
                    break;
                default:
                    Assert.Fail($"{instruction.Name} is not known here; teach it to {nameof(ImageBuild)}.");
                    break;
            }
        }
    }

    private static void Copy(DockerInstruction copy, string[] tracked, string folder)
    {
        foreach (string source in copy.Sources)
        {
            string target = copy.Target.EndsWith('/') ? Path.Combine(copy.Target, Path.GetFileName(source)) : copy.Target;
            string[] files = [.. tracked.Where(path => path == source || path.StartsWith(source + "/", StringComparison.Ordinal))];
            Assert.True(files.Length > 0, $"COPY {copy.Arguments}: no tracked file is {source}, or in it");
            foreach (string file in files)
            {
                string to = Path.Combine(folder, target + file[source.Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(Path.Combine(RepositoryRoot.Find(), file), to, overwrite: true);
            }
        }
    }

    // A file that is not in git is not there for others.
    private static async Task<string[]> TrackedAsync()
    {
        ProcessStartInfo start = new("git", ["-C", RepositoryRoot.Find(), "ls-files", "-z"]) { RedirectStandardOutput = true };
        using Process git = Process.Start(start)!;
        string names = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
        return names.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }
}
