using System.Diagnostics;

namespace FunctionalTests.Entry;

/// <summary>The scripts for Node, which training runs and no test: at least they can be read.</summary>
public sealed class NodeScriptTests
{
    public static TheoryData<string> Scripts() =>
    [
        .. new[] { "training", "tests/Data" }.Select(folder => Path.Combine(RepositoryRoot.Find(), folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.mjs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryRoot.Find(), path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Node_can_read_it(string script)
    {
        if (OnPath.Missing("node").Count > 0) Need.Node.Missing("node is not on the PATH");
        ProcessStartInfo start = new("node", ["--check", Path.Combine(RepositoryRoot.Find(), script)]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, errors));
    }
}
