using System.Text;
using Confluent.Kafka;
using Sluice.Schemas;

namespace FunctionalTests.Registry;

/// <summary>One schema that a registry does not give, among others: its documents become dead-letter records, and hold nobody up.</summary>
[Collection(TestClusterTests.Name)]
public sealed class RefusedSchemaTests(TestCluster cluster, RealRegistry registry) : IClassFixture<RealRegistry>
{
    private const int Hanging = 987_653;
    private const int Good = 150, Bad = 2, Partitions = 3;

    /// <summary>Apicurio takes a schema with a comment before it, and answers 400 for its id for ever.</summary>
    [Fact]
    public async Task Of_a_schema_that_a_real_registry_took_and_refuses_documents_hold_nobody_up()
    {
        Uri url = new(registry.Url + "/");
        TestTopics topics = cluster.CreateTopics(Partitions);
        int good = await WorkerHarness.RegisterAsync(url, topics.Input);
        int bad = await WorkerHarness.RegisterAsync(url, topics.Input + "-comment", "/* ours */ " + Document.SchemaText);
        await CheckAsync(url, topics, good, bad);
    }

    public static TheoryData<int, string> Refusals => new()
    {
        { 400, """{"error_code":400,"message":"Could not parse"}""" },
        { 403, """{"error_code":40301,"message":"denied"}""" },
        { 404, "not here" },
        { 406, "" },
        { 410, "" },
        { 422, """{"error_code":42201,"message":"Invalid schema"}""" },
        { 503, "" },
        { 500, """{"error_code":50001,"message":"Error in the backend data store"}""" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Of_an_id_that_is_refused_documents_hold_nobody_up(int status, string body)
    {
        TestTopics topics = cluster.CreateTopics(Partitions);
        int good = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        await using SwitchedRegistry before = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        const int Refused = 987_654;
        before.Instead = path => path == $"/schemas/ids/{Refused}" ? (status, body) : null;
        await CheckAsync(before.Url, topics, good, Refused);
    }

    [Fact]
    public async Task Of_an_id_at_which_the_registry_never_answers_documents_are_condemned_in_the_end()
    {
        TestTopics topics = cluster.CreateTopics(Partitions);
        int good = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        await using SwitchedRegistry before = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        before.Hangs = path => path == $"/schemas/ids/{Hanging}";
        await CheckAsync(before.Url, topics, good, Hanging, ("Registry:Timeout", "00:00:01"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_registry_never_answers_for_one_id_all_others_are_labelled_and_a_stop_waits_for_none_of_it(bool keepKeyOrder)
    {
        const int Stuck = 200, Others = 400;
        TestTopics topics = cluster.CreateTopics(partitions: 2);
        int good = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        await using SwitchedRegistry before = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        before.Hangs = path => path == $"/schemas/ids/{Hanging}";
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < Stuck; i++) Send(Hanging, $"stuck{i}", partition: 0);
        for (int i = 0; i < Others; i++) Send(good, $"d{i}", partition: i % 2);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers, before.Url,
            topics, ("Registry:Timeout", "00:05:00"), ("Pipeline:DrainTimeout", "00:05:00"), ("Pipeline:MaxTokensInFlight", "512"),
                ("Pipeline:KeepKeyOrder", keepKeyOrder ? "true" : "false")));
        Assert.Equal(Others, probe.ReadAll(topics.Output, Others).Count);
        await worker.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(worker.Failure.First);
        Assert.Equal((Others, 0, Stuck), (worker.Progress.Published, worker.Progress.DeadLettered, worker.Progress.Dropped));
        Assert.Contains(worker.Log.Lines, line => line.Id == 331 && line.Text.StartsWith($"{Stuck} documents", StringComparison.Ordinal));
        Assert.Equal([0, Others / 2], probe.Committed(topics.Group, topics.Input, 2).OrderBy(of => of.Key).Select(of => of.Value));

        void Send(int schema, string id, int partition) => probe.Send(topics.Input, Encoding.UTF8.GetBytes(id),
            KafkaProbe.Framed(schema, new Document(id, "good", "film")), partition: partition);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Documents_of_a_schema_that_a_replica_does_not_know_yet_wait_for_it_and_only_those_of_their_key_where_it_keeps_order(
        bool keepKeyOrder)
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int known = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        int late = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input + "-new",
            Document.SchemaText.Replace("\"Document\"", "\"LateDocument\"", StringComparison.Ordinal));
        await using SwitchedRegistry replica = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        bool isThere = false;
        replica.Instead = path => path == $"/schemas/ids/{late}" && !Volatile.Read(ref isThere)
            ? (404, """{"error_code":40403,"message":"Schema not found"}""")
            : null;
        using KafkaProbe probe = new(cluster.BootstrapServers);
        Send("one", late, "first");
        Send("one", known, "second");
        Send("other", known, "alone");
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, replica.Url, topics, ("Registry:UnknownIdGrace", "00:01:00"),
                ("Pipeline:KeepKeyOrder", keepKeyOrder ? "true" : "false")));
        Assert.Equal(keepKeyOrder ? ["alone"] : ["alone", "second"], Labelled(keepKeyOrder ? 1 : 2).Order(StringComparer.Ordinal));
        Volatile.Write(ref isThere, true);
        string[] all = Labelled(3);
        if (keepKeyOrder) Assert.Equal(["alone", "first", "second"], all);
        await worker.StopAsync();
        Assert.Equal((3, 0, 3), (worker.Progress.Published, worker.Progress.DeadLettered, worker.Progress.Committed));

        void Send(string key, int schema, string id) =>
            probe.Send(topics.Input, Encoding.UTF8.GetBytes(key), KafkaProbe.Framed(schema, new Document(id, "good", "film")));

        string[] Labelled(int count) =>
            [.. probe.ReadAll(topics.Output, count).Select(label => KafkaProbe.PredictionOf(label).DocumentId)];
    }

    private async Task CheckAsync(Uri url, TestTopics topics, int good, int bad, params (string, string)[] more)
    {
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < Bad; i++)
            probe.Send(topics.Input, null, KafkaProbe.Framed(bad, new Document($"bad{i}", "good", "film")), partition: i);
        for (int i = 0; i < Good; i++)
            probe.Send(topics.Input, null, KafkaProbe.Framed(good, new Document($"d{i}", "good", "film")), partition: i % Partitions);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            WorkerHarness.Settings(cluster.BootstrapServers, url, topics, [("Registry:Attempts", "3"), .. more]));
        Assert.Equal(Good, probe.ReadAll(topics.Output, Good).Count);
        List<ConsumeResult<byte[]?, byte[]?>> dead = probe.ReadAll(topics.DeadLetters, Bad);
        Assert.All(dead, record => Assert.Equal("unknown-schema", PoisonMessageTests.Header(record, "sluice.error.reason")));
        Assert.All(dead, record => Assert.Contains($"Schema {bad} cannot be used",
            PoisonMessageTests.Header(record, "sluice.error.message"), StringComparison.Ordinal));
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((Bad, Good), (worker.Progress.DeadLettered, worker.Progress.Published));
        Assert.Equal(probe.HighWatermarks(topics.Input, Partitions), probe.Committed(topics.Group, topics.Input, Partitions));
    }
}
