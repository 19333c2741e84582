using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.Inference.Onnx;

namespace FunctionalTests;

/// <summary>How the worker ends as a process, and what it says then.</summary>
[Collection(TestClusterTests.Name)]
public sealed class RunCommandTests(TestCluster cluster)
{
    private const int Misconfigured = 2, CannotStart = 3;

    [Theory]
    [InlineData(Signals.Term, false)]
    [InlineData(Signals.Hup, false)]
    [InlineData(Signals.Term, true)]
    [InlineData(Signals.Hup, true)]
    public async Task SIGTERM_and_SIGHUP_deliver_and_commit_what_was_read_and_end_with_0(int signal, bool alone)
    {
        TestTopics topics = cluster.CreateTopics();
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < 100; i++) probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray());
        probe.Flush();
        await using WorkerProcess worker = alone ? WorkerProcess.StartAlone(Settings(topics)) : WorkerProcess.Start(Settings(topics));
        await worker.StartedAsync();
        probe.ReadAll(topics.Output, 100);
        worker.Signal(signal);
        Assert.Equal(0, await worker.ExitCodeAsync());
        Assert.Contains("everything that was read is delivered and committed", worker.Output, StringComparison.Ordinal);
        Assert.Equal(probe.HighWatermarks(topics.Input, 4), probe.Committed(topics.Group, topics.Input, 4));
    }

    [Theory]
    [InlineData(Signals.Int)]
    [InlineData(Signals.Term)]
    [InlineData(Signals.Hup)]
    public async Task A_start_that_is_told_to_stop_while_it_waits_ends_with_0(int signal)
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(TestTopics.Create(), ("Kafka:BootstrapServers", "127.0.0.1:1")));
        await worker.SaidAsync("[209]");
        worker.Signal(signal);
        Assert.Equal(0, await worker.ExitCodeAsync());
        Assert.Contains("Start: cluster stopped in ", worker.Output.Split('\n')[^2], StringComparison.Ordinal);
        Assert.Equal("Stopped before it had started.", worker.Output.Split('\n')[^1]);
    }

    /// <summary>Whoever opens a FIFO waits for its other end: so the test knows that the program reads its settings just now.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signal_while_the_settings_are_read_ends_with_0(bool alone)
    {
        string folder = Directory.CreateTempSubdirectory("sluice-config-").FullName, file = Path.Combine(folder, "settings.json");
        using (Process made = Process.Start("mkfifo", [file])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Dictionary<string, string?> settings = Settings(TestTopics.Create(), ("config", file));
        await using WorkerProcess worker = alone ? WorkerProcess.StartAlone(settings) : WorkerProcess.Start(settings);
        await using (FileStream fifo = await Task.Run(() =>
            new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), TestContext.Current.CancellationToken))
        {
            worker.Signal(Signals.Term);
            File.Delete(file);
            await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken); // for whoever opens it once more
            fifo.Write("{}"u8);
        }

        Assert.Equal(0, await worker.ExitCodeAsync());
        Assert.Equal("Stopped before it had started.", worker.Output.Split('\n')[^1]);
        Assert.DoesNotContain("Start: bundle done", worker.Output, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>As from a terminal that closes while a script tells all of its processes.</summary>
    [Fact]
    public async Task More_SIGHUPs_until_the_process_has_ended_change_nothing()
    {
        await using WorkerProcess worker = WorkerProcess.StartAlone(
            Settings(TestTopics.Create(), ("Kafka:BootstrapServers", "127.0.0.1:1")));
        await worker.SaidAsync("[209]");
        Task<int> ended = worker.ExitCodeAsync();
        while (!ended.IsCompleted && worker.TrySignal(Signals.Hup)) await Task.Yield();
        Assert.Equal(0, await ended);
        Assert.Equal("Stopped before it had started.", worker.Output.Split('\n')[^1]);
    }

    [Fact]
    public async Task The_log_begins_with_what_runs_and_its_times_carry_the_date()
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(cluster.CreateTopics()));
        await worker.StartedAsync();
        string[] lines = worker.Output.Split('\n');
        Assert.Matches(@"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info: Sluice\.Worker\.Startup\.StartLine\[114\] "
            + @"Sluice \d+\.\d+\.\d+.* on \.NET .*, librdkafka .*; model tiny .*; settings other than their defaults: Kafka:", lines[0]);
    }

    [Fact]
    public async Task A_log_of_JSON_has_an_object_a_line_with_time_level_event_and_fields()
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(cluster.CreateTopics(), ("Logging:Console:FormatterName", "json")));
        await worker.StartedAsync();
        worker.Signal(Signals.Term);
        Assert.Equal(0, await worker.ExitCodeAsync());
        JsonElement[] lines = [.. worker.Output.Split('\n').Select(line => JsonElement.Parse(line))];
        Assert.All(lines, line => Assert.Matches(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", line.GetProperty("Timestamp").GetString()));
        Assert.Equal((114, "Information", "tiny"), (lines[0].GetProperty("EventId").GetInt32(), lines[0].GetProperty("LogLevel")
            .GetString(), lines[0].GetProperty("State").GetProperty("Model").GetString()!.Split(' ')[0]));
        Assert.Contains(lines, line => line.GetProperty("EventId").GetInt32() == 103);
        string[] states = [.. lines.Select(line => line.GetProperty("State").GetRawText())];
        Assert.DoesNotContain(states, state => state.Contains("System.", StringComparison.Ordinal)); // the name of a type for what it holds
        Assert.Contains(states, state => state.Contains("\"Labels\":\"no, yes\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Misconfigured, "The worker cannot start with these settings: Sluice:Batching:Size is not a setting", "Batching:Size", "3")]
    [InlineData(Misconfigured, "There is no settings file /no/such/file ", "config", "/no/such/file")]
    [InlineData(CannotStart, "The worker cannot start: No broker at 127.0.0.1:1 answers: ", "Kafka:BootstrapServers", "127.0.0.1:1")]
    public async Task A_start_that_fails_is_told_in_JSON_where_the_log_is_JSON(int code, string words, string setting, string value)
    {
        await using WorkerProcess worker = WorkerProcess.Start(
            Settings(TestTopics.Create(), ("Kafka:StartTimeout", "00:00:01"), (setting, value)),
            ("Logging__Console__FormatterName", "json"));
        Assert.Equal(code, await worker.ExitCodeAsync());
        JsonElement last = worker.Output.Split('\n').Select(line => JsonElement.Parse(line)).Last();
        Assert.Equal((115, "Critical"), (last.GetProperty("EventId").GetInt32(), last.GetProperty("LogLevel").GetString()));
        Assert.StartsWith(words, last.GetProperty("State").GetProperty("Reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(code, last.GetProperty("State").GetProperty("ExitCode").GetInt32());
    }

    [Fact]
    public async Task Faults_of_the_log_end_with_2_and_their_names()
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(TestTopics.Create(), ("Logging:LogLevel:Default", "Debugg"),
            ("Logging:Consol:FormatterName", "json")));
        Assert.Equal(Misconfigured, await worker.ExitCodeAsync());
        Assert.Contains("  Logging:LogLevel:Default is 'Debugg', which is none of Trace, ", worker.Output, StringComparison.Ordinal);
        Assert.Contains("  Logging:Consol is not a setting; ", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_end_with_2_and_every_fault()
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(TestTopics.Create(), ("Pipeline:DecodeWorkers", "0"),
            ("Kafka:Consumer:enable.auto.commit", "true"), ("Batching:Size", "3")));
        Assert.Equal(Misconfigured, await worker.ExitCodeAsync());
        foreach (string setting in
            new[] { "Sluice:Pipeline:DecodeWorkers", "Sluice:Kafka:Consumer:enable.auto.commit", "Sluice:Batching:Size" })
            Assert.Contains(setting, worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_ends_with_3_and_its_address() =>
        await ExpectNoStartAsync([("Kafka:BootstrapServers", "127.0.0.1:1")], "127.0.0.1:1", "refused", "StartTimeout");

    [Fact]
    public async Task A_topic_that_is_not_there_ends_with_3_and_its_name() =>
        await ExpectNoStartAsync([("Kafka:InputTopics:0", "no-such-topic")], "'no-such-topic' does not exist");

    [Fact]
    public async Task A_registry_that_does_not_answer_ends_with_3_and_its_address() =>
        await ExpectNoStartAsync([("Registry:Url", "http://127.0.0.1:1"), ("Registry:Attempts", "1")], "127.0.0.1:1");

    [Fact]
    public async Task A_bundle_that_is_not_there_ends_with_2_and_its_folder()
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(TestTopics.Create(), ("Model:Path", "/no/such/bundle")));
        Assert.Equal(Misconfigured, await worker.ExitCodeAsync());
        Assert.Contains("Sluice:Model:Path: '/no/such/bundle' is no bundle: there is no such folder.", worker.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_whose_file_was_changed_ends_with_3_and_the_files_name()
    {
        string copy = Directory.CreateTempSubdirectory("sluice-bundle-").FullName;
        foreach (string file in Directory.GetFiles(WorkerHarness.TinyModel)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        await File.AppendAllTextAsync(Path.Combine(copy, "vocab.txt"), "more\n");
        await ExpectNoStartAsync([("Model:Path", copy)], copy, "vocab.txt");
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task A_native_library_that_is_not_there_ends_with_3_and_its_path()
    {
        using ProgramCopy program = new(without: "libonnxruntime.so");
        await using WorkerProcess worker = WorkerProcess.StartFrom(program.Folder, Settings(cluster.CreateTopics()));
        Assert.Equal(CannotStart, await worker.ExitCodeAsync());
        Assert.Contains($"ONNX Runtime's library cannot be loaded: {Path.Combine(program.Folder, "libonnxruntime.so")}: ",
            worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_was_cut_off_is_warned_of_and_labels_come_without_it()
    {
        using ProgramCopy program = new(without: "libsluice_kernels.so");
        string kernel = Path.Combine(program.Folder, "libsluice_kernels.so");
        await File.WriteAllBytesAsync(kernel, (await File.ReadAllBytesAsync(AttentionKernel.Path))[..20_000]);
        await using WorkerProcess worker = WorkerProcess.StartFrom(program.Folder, Settings(cluster.CreateTopics()));
        await worker.StartedAsync();
        string warning = Assert.Single(worker.Output.Split('\n'), line => line.Contains("[116]", StringComparison.Ordinal));
        Assert.Contains("warn: ", warning, StringComparison.Ordinal);
        Assert.Contains($"{kernel} is not the file that this program was built with", warning, StringComparison.Ordinal);
        Assert.Contains("scores have other bits", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cuda_in_a_build_for_the_CPU_ends_with_3_and_the_way_to_the_other()
    {
        Assert.SkipWhen(CudaFindings.OfThisMachine().HasProvider, "This is the build for CUDA.");
        await ExpectNoStartAsync([("Engine:Provider", "Cuda")], "this build has ONNX Runtime for the CPU only", "-p:Gpu=true");
    }

    [Fact]
    public async Task An_arena_bound_of_4_GiB_and_more_ends_with_2_and_the_limit()
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(cluster.CreateTopics(), ("Engine:ArenaMaxBytes", "4294967296")));
        Assert.Equal(Misconfigured, await worker.ExitCodeAsync());
        Assert.Contains("Sluice:Engine:ArenaMaxBytes", worker.Output, StringComparison.Ordinal);
        Assert.Contains("4294967295", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_budget_below_the_models_longest_document_ends_with_2()
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(cluster.CreateTopics(), ("Batching:MaxTokens", "16")));
        Assert.Equal(Misconfigured, await worker.ExitCodeAsync());
        Assert.Contains("Sluice:Batching:MaxTokens is 16, but the model takes documents of 32 tokens", worker.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    // ONNX Runtime takes its first step in any case: found too small when the heaviest batches have run
    [InlineData("1000", "first step took")]
    [InlineData("40000", "within it the model does not run")] // found too small by ONNX Runtime
    public async Task An_arena_that_is_too_small_for_the_heaviest_batches_ends_with_2_and_its_setting(string bytes, string why)
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(cluster.CreateTopics(), ("Engine:ArenaMaxBytes", bytes)));
        Assert.Equal(Misconfigured, await worker.ExitCodeAsync());
        Assert.Contains($"Sluice:Engine:ArenaMaxBytes is {bytes} bytes, ", worker.Output, StringComparison.Ordinal);
        Assert.Contains(why, worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_bytes_as_the_log_says_that_the_arena_took_are_enough()
    {
        (string, string) large = ("Batching:MaxTokens", "65536"), manyRows = ("Batching:MaxRows", "4096");
        string took = await ArenaOfAsync(large, manyRows);
        Assert.Equal(took, await ArenaOfAsync(large, manyRows, ("Engine:ArenaMaxBytes", took)));
    }

    /// <summary>
    /// What one run needs is found before the warm-up of costs: its runs have students side by side, and would pass for one.
    /// </summary>
    [Fact]
    public async Task On_a_cold_start_of_a_group_the_heaviest_batches_run_before_anything_else()
    {
        const string Learned = "What batches cost was learned from";
        await using WorkerProcess refused = WorkerProcess.Start(Settings(cluster.CreateTopics(), ("Model:Mode", "students:2"),
            ("Engine:ArenaMaxBytes", "1000")));
        Assert.Equal(Misconfigured, await refused.ExitCodeAsync());
        Assert.Contains("first step took", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Learned, refused.Output, StringComparison.Ordinal);
        await using WorkerProcess started = WorkerProcess.Start(Settings(cluster.CreateTopics(), ("Model:Mode", "students:2")));
        await started.StartedAsync();
        Assert.Contains(Learned, started.Output, StringComparison.Ordinal);
    }

    private async Task<string> ArenaOfAsync(params (string, string)[] settings)
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(cluster.CreateTopics(), settings));
        await worker.StartedAsync();
        worker.Signal(Signals.Term);
        Assert.Equal(0, await worker.ExitCodeAsync());
        return Regex.Match(worker.Output, "arena, which took ([0-9]+) bytes").Groups[1].Value;
    }

    private async Task ExpectNoStartAsync((string, string)[] settings, params string[] words)
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings(cluster.CreateTopics(),
            [("Kafka:StartTimeout", "00:00:02"), .. settings]));
        Assert.Equal(CannotStart, await worker.ExitCodeAsync());
        foreach (string word in words) Assert.Contains(word, worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Output, StringComparison.Ordinal);
    }

    private Dictionary<string, string?> Settings(TestTopics topics, params (string, string)[] more) =>
        WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics, [("Input:Format", "Text"), .. more]);
}
