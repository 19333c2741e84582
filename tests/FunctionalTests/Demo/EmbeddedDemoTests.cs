using System.Text.Json;
using FunctionalTests.Commands;
using FunctionalTests.Inference;
using Sluice.Cli.Demo;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.Settings;
using Sluice.Cli.Demo.View;

namespace FunctionalTests.Demo;

public sealed class EmbeddedDemoTests : DemoContract
{
    protected override (string? Cluster, string? Registry) Where => (null, null);

    [Fact]
    public async Task A_label_written_twice_is_seen_even_behind_the_last_one()
    {
        using var corpus = new SmallCorpus(mails: 40);
        using var output = new StringWriter();

        DemoReport report = await new DemoRun(Options(corpus), new RepeatingView(new PlainView(output, TimeProvider.System)),
            TimeProvider.System).RunAsync(CancellationToken.None);

        Assert.Equal((0, 1), (report.Counts.Lost, report.Counts.Duplicated));
        Assert.Equal(1, report.ExitCode);
    }

    [Fact]
    public async Task Mails_of_other_labels_than_the_model_s_are_told_of_before_it_starts_and_not_compared()
    {
        using var corpus = new SmallCorpus(mails: 20, positive: "spam", ids: new string('i', 1024)); // the longest id that a label keeps
        using var output = new StringWriter();
        DemoReport report = await RunAsync(corpus, output, CancellationToken.None);
        Assert.Equal((0, false), (report.ExitCode, report.HasAccuracy));
        Assert.Contains("the mails' labels spam are none of the model's, no, yes: accuracy is not comparable", output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_burst_that_the_teacher_cannot_take_the_worker_bends_and_loses_nothing()
    {
        using var output = new StringWriter();
        var view = new PlainView(output, TimeProvider.System);
        DemoOptions options = new()
        {
            Model = Models.FolderOf("mail"),
            Mails = Path.Combine(RepositoryRoot.Find(), "data", "mail", "test.avro"),
            Mode = DemoOptions.Auto,
            Burst = new BurstOptions(20) // five times what the teacher can do, whatever machine it runs on
            {
                Before = TimeSpan.FromSeconds(2),
                During = TimeSpan.FromSeconds(3),
                After = TimeSpan.FromSeconds(2),
            },
        };

        DemoReport report = await new DemoRun(options, view, TimeProvider.System).RunAsync(CancellationToken.None);
        view.Summary(report);

        Assert.True(report.ExitCode == 0, output.ToString());
        Assert.Equal("teacher", report.Burst!.Timeline.Modes[0].Mode);
        Assert.Contains(report.Burst.During.Modes, mode => mode.Mode != "teacher");
        Assert.NotNull(report.Burst.Drained);
    }

    [Fact]
    public async Task The_command_prints_plain_lines_into_a_pipe_and_writes_the_figures()
    {
        using var corpus = new SmallCorpus(mails: 40);
        string file = corpus.PathOf("report.json");

        (int exitCode, string output, string error) = await SluiceProcess.RunAsync(
            default, "demo", "--model", corpus.Model, "--mails", corpus.Mails, "--json", file);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("Every one of 40 documents got exactly one label.", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        Assert.Equal((40, 0, 0),
            (json.RootElement.GetProperty("documents").GetInt32(), json.RootElement.GetProperty("lost").GetInt32(),
                json.RootElement.GetProperty("duplicated").GetInt32()));
    }

    [Theory]
    [InlineData("--rate", "0", "--rate is '0'")]
    [InlineData("--in-flight", "0", "--in-flight is '0'")]
    [InlineData("--cluster", "localhost:9092", "--registry")]
    [InlineData("--precision", "fp8", "not recognized. Must be one of:\n\t'int8'")]
    public async Task A_wrong_option_is_named(string option, string value, string words)
    {
        (int exitCode, _, string error) = await SluiceProcess.RunAsync(default, "demo", option, value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_named()
    {
        (int exitCode, string output, _) = await SluiceProcess.RunAsync(default, "demo", "--model", "/nowhere/model");

        Assert.Equal(1, exitCode);
        Assert.Contains("/nowhere/model", output, StringComparison.Ordinal);
    }
}
