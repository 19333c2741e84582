using System.Text.RegularExpressions;

namespace Worker.Tests.Infra;

/// <summary>The rules of infra/worker.Dockerfile; that its build succeeds is FunctionalTests.Publish's.</summary>
public sealed partial class DockerfileTests
{
    private static readonly Dockerfile Image = Dockerfile.Read(Path.Combine(RepositoryRoot.Find(), "infra", "worker.Dockerfile"));

    private static readonly DockerIgnore Ignore = new(File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), ".dockerignore")));

    private static int LastStage => Image.Instructions[^1].Stage;

    [Fact]
    public void Bases_have_a_version_and_never_the_latest() =>
        Assert.All(Image.Of("FROM"), from => Assert.Matches(@"^[a-z0-9./-]+:[0-9]+\.[0-9][a-z0-9.-]*( AS [a-z]+)?$", from.Arguments));

    [Fact]
    public void It_runs_as_a_user_whose_number_is_not_root_s()
    {
        DockerInstruction user = Image.Of("USER").Last();
        Assert.Equal(LastStage, user.Stage);
        Assert.Matches("^[1-9][0-9]*$", user.Arguments);
        int last = Image.Instructions.ToList().IndexOf(user);
        Assert.DoesNotContain(Image.Instructions.Skip(last), instruction => instruction.Name is "RUN" or "COPY");
    }

    [Fact]
    public void It_stops_as_the_worker_drains_and_starts_without_a_shell()
    {
        Assert.Equal("SIGTERM", Image.Of("STOPSIGNAL").Single().Arguments);
        Assert.Equal("""["/app/Sluice.Worker"]""", Image.Of("ENTRYPOINT").Single().Arguments);
        Assert.DoesNotContain(Image.Instructions, instruction => instruction.Stage == LastStage && instruction.Name == "RUN");
    }

    [Fact]
    public void It_takes_nothing_from_an_address_and_nothing_that_is_everything()
    {
        Assert.Empty(Image.Of("ADD"));
        Assert.All(Image.Of("COPY"), copy => Assert.All(copy.Sources, source =>
            Assert.True(source is not ("." or "./" or "/" or "*"), $"COPY {copy.Arguments} takes all there is")));
    }

    [Fact]
    public void It_holds_no_secret() => Assert.DoesNotContain(Image.Instructions, instruction =>
        instruction.Name is "ENV" or "ARG" && Secret().IsMatch(instruction.Arguments));

    [Fact]
    public void All_that_it_copies_is_there_and_in_the_context()
    {
        string root = RepositoryRoot.Find();
        Assert.All(Image.Of("COPY").Where(copy => copy.From is null).SelectMany(copy => copy.Sources), source =>
        {
            string path = Path.Combine(root, source);
            Assert.True(File.Exists(path) || Directory.Exists(path), $"{source} is not there");
            Assert.False(Ignore.LeavesOut(source), $".dockerignore leaves {source} out");
        });
    }

    [Fact]
    public void What_it_takes_of_another_stage_is_made_there() => Assert.All(Image.Of("COPY").Where(copy => copy.From is not null), copy =>
    {
        Assert.Contains(Image.Of("FROM"), from => from.Arguments.EndsWith($" AS {copy.From}", StringComparison.Ordinal));
        string made = Assert.Single(copy.Sources)["/source/".Length..];
        Assert.Contains(Image.Of("RUN"), run => run.Arguments.Contains($"-o {made} ", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData(".git/config")]
    [InlineData("artifacts/bin/Worker/release/Sluice.Worker.dll")]
    [InlineData("src/Worker/obj/project.assets.json")]
    [InlineData("tests/Data/README.md")]
    [InlineData("secrets.env")]
    public void What_it_does_not_need_stays_out(string path) => Assert.True(Ignore.LeavesOut(path));

    [Fact]
    public void Packages_are_fetched_before_the_code_that_changes_each_day_is_copied()
    {
        List<DockerInstruction> all = [.. Image.Instructions];
        int restore = all.FindIndex(i => i.Name == "RUN" && i.Arguments.StartsWith("dotnet restore", StringComparison.Ordinal));
        int code = all.FindIndex(i => i.Name == "COPY" && i.Sources.Contains("src/Worker"));
        Assert.InRange(restore, 0, code);
    }

    [Fact]
    public void Each_project_s_locks_are_copied_before_they_are_restored()
    {
        string[] projects = ["Inference", "Schemas", "Worker"];
        Assert.Equal(
            projects.SelectMany(name => new[] { $"src/{name}/{name}.csproj", $"src/{name}/packages.lock.json" }),
            Image.Of("COPY").SelectMany(copy => copy.Sources).Where(s => s.EndsWith(".csproj", StringComparison.Ordinal)
                || s.EndsWith("lock.json", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_publishes_as_the_documents_say()
    {
        string documented = File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "docs", "operations.md"))
            .First(line => line.StartsWith("dotnet publish src/Worker", StringComparison.Ordinal));
        Assert.StartsWith(documented + " ", Image.Of("RUN").Last().Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public void It_sets_what_the_worker_knows() => Assert.All(
        Image.Of("ENV").SelectMany(env => env.Arguments.Split(' ')).Select(word => word.Split('=')[0]),
        name => Assert.True(SettingNames.Knows(name), $"{name} is no setting of docs/configuration.md"));

    [GeneratedRegex("password|passwd|secret|token|api_?key|credential", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
