using Confluent.Kafka;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Worker.Tests.Documents.Registry;

namespace Worker.Tests.Pipeline;

/// <summary>What a registry or a broker says may repeat a password: the log and dead-letter records show it cleaned.</summary>
public sealed class ForeignWordsTests
{
    private const string Secret = "t0p-s3cret:Zq9x";

    [Fact]
    public async Task A_registry_s_words_stand_cleaned_in_the_log_and_in_dead_letter_records()
    {
        await using ScriptedServer server = new();
        string words = $"user sluice with {Secret} is locked";
        server.Answer = n => n <= 2
            ? (503, $$"""{"error_code":50301,"message":"{{words}}"}""")
            : (404, $$"""{"error_code":40403,"message":"{{words}}"}""");
        RegistryOptions options = new()
        {
            Url = server.Address,
            User = "sluice",
            Password = Secret,
            Attempts = 1,
            UnknownIdGrace = TimeSpan.Zero,
        };
        Lines<RegistryClient> log = new();
        using RegistryClient registry = new(options, logger: log);
        AvroFormat reader = new(registry, new InputOptions { TextFields = ["body"] }, new OutputOptions(), TimeProvider.System,
            NullLogger<AvroFormat>.Instance);

        Rejection? rejection = await reader.PrepareAsync([], new byte[] { 0, 0, 0, 0, 9, 0 }, TestContext.Current.CancellationToken);

        Assert.Contains("user sluice with *** is locked", rejection!.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", rejection.Detail, StringComparison.Ordinal);
        Assert.Contains("Documents of schema 9 wait and nothing is lost: ", log.Seen[0], StringComparison.Ordinal);
        Assert.Contains("user sluice with *** is locked", log.Seen[0], StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", string.Join('\n', log.Seen), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_fails_is_logged_without_secrets()
    {
        Lines<PipelineFailure> log = new();
        PipelineFailure failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([Secret]), log);
        SendFailure refused = new(ErrorCode.TopicAuthorizationFailed, $"not with {Secret}");
        DeliveryException exception = new(new SourceOffset(new SourcePartition("in", 0), 0, 7), "out", refused);
        failure.Report("publish", exception);
        Exception logged = Assert.Single(log.Exceptions);
        Assert.Contains("DeliveryException: The output of in[0]@7 could not be delivered to topic 'out': not with ***", logged.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("not with ***", logged.Message, StringComparison.Ordinal);
        Assert.Same(exception, failure.First);
    }

    [Fact]
    public void An_exception_without_secrets_is_logged_as_it_is()
    {
        InvalidOperationException exception = new("it broke");
        Assert.Same(exception, new Redaction([Secret]).Clean(exception));
    }
}
