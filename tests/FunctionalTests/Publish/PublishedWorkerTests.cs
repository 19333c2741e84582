using System.Diagnostics;
using FunctionalTests.Monitoring;

namespace FunctionalTests.Publish;

/// <summary><c>dotnet publish --self-contained</c> gives a folder that runs where there is nothing but the C and the C++ library.</summary>
[Collection(TestClusterTests.Name)]
public sealed class PublishedWorkerTests(PublishedRoot root, TestCluster cluster) : IClassFixture<PublishedRoot>
{
    private const string Worker = "/app/Sluice.Worker", Commands = "/cli/Sluice.Cli";

    [Fact]
    public void Its_libraries_need_nothing_else()
    {
        Assert.Empty(NativeLibraries.UnmetNeeds(root.Worker));
        Assert.Empty(NativeLibraries.UnmetNeeds(root.Commands));
    }

    [Fact]
    public async Task The_commands_are_published_alike()
    {
        (int code, string output, string errors) = await RunAsync(Commands, """{"text":"a good film"}""", "classify", "--model", "/model");
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("{\"label\":\"", output, StringComparison.Ordinal);
        (code, _, errors) = await RunAsync(Commands, "", "run", "--Batching:Size=3");
        Assert.Equal(2, code);
        Assert.Contains("Sluice:Batching:Size is not a setting", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_its_version()
    {
        (int code, string output, string errors) = await RunAsync(Worker, "", "--version");
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("Sluice.Worker ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_help_speaks_of_itself()
    {
        (int code, string output, string errors) = await RunAsync(Worker, "", "--help");
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("Sluice.Worker [--config FILE]", output, StringComparison.Ordinal);
        Assert.DoesNotContain("./sluice", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_end_with_2_and_their_names()
    {
        (int code, _, string errors) = await RunAsync(Worker, "", "--Batching:Size=3");
        Assert.Equal(2, code);
        Assert.Contains("Sluice:Batching:Size is not a setting", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_labels_documents_from_a_topic_and_stops_when_it_is_told_to()
    {
        TestTopics topics = cluster.CreateTopics();
        using KafkaProbe probe = new(cluster.BootstrapServers);
        using MonitoredWorker monitored = new();
        Dictionary<string, string?> settings = WorkerHarness.Settings(
            cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Input:Format", "Text"), ("Model:Path", "/model"),
            ("Metrics:Port", monitored.Port));
        await using WorkerProcess worker = WorkerProcess.Start(root.Start(Worker,
            [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]));
        Task<int> ended = worker.ExitCodeAsync();
        Assert.True(await Task.WhenAny(worker.StartedAsync(), ended) != ended, worker.Output);
        for (int i = 0; i < 20; i++) probe.Send(topics.Input, null, "good film"u8.ToArray());
        probe.Flush();
        Assert.Equal(20, probe.ReadAll(topics.Output, 20).Count);
        await monitored.ScrapeUntilAsync("sluice_document_latency_seconds_count", labels => labels == 20);
        worker.Signal(Signals.Term);
        Assert.Equal(0, await ended);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string program, string input, params string[] arguments)
    {
        using Process process = Process.Start(root.Start(program, arguments))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
