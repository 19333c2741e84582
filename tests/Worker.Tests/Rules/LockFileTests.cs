using System.Text.Json;

namespace Worker.Tests.Rules;

/// <summary>Each project has a lock file for each flavour of ONNX Runtime; CI restores one of them, so that
/// the other is forgotten easily.</summary>
public sealed class LockFileTests
{
    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(RepositoryRoot.Find(), "src"))
        .Concat(Directory.GetDirectories(Path.Combine(RepositoryRoot.Find(), "tests")))
        .Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0)
        .Select(folder => Path.GetRelativePath(RepositoryRoot.Find(), folder))];

    /// <summary>dotnet restore Streaming.sln --force-evaluate writes one, and with -p:Gpu=true the other.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void The_flavours_of_a_project_lock_the_same_packages_but_ONNX_Runtime_s(string project) =>
        Assert.Equal(Locked(project, "packages.lock.json"), Locked(project, "packages.gpu.lock.json"));

    private static string[] Locked(string project, string file)
    {
        using JsonDocument locks = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Find(), project, file)));
        return
        [
            .. from target in locks.RootElement.GetProperty("dependencies").EnumerateObject()
               from package in target.Value.EnumerateObject()
               where package.Value.TryGetProperty("resolved", out _)
               where package.Name is not ("Microsoft.ML.OnnxRuntime" or "Microsoft.ML.OnnxRuntime.Gpu.Linux")
               orderby target.Name, package.Name
               select $"{target.Name} {package.Name} {package.Value.GetProperty("resolved")} {package.Value.GetProperty("contentHash")}",
        ];
    }
}
