using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;
using Sluice.Worker.Startup;
using Worker.Tests.Documents.Registry;

namespace Worker.Tests.Startup;

public sealed class RegistryCheckTests
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(3), Tick = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_registry_that_is_down_is_given_up_when_the_start_s_time_is_up_and_not_later()
    {
        int asked = 0;
        Task<int> start = AskAsync(0, () =>
        {
            asked++;
            _time.Advance(TimeSpan.FromSeconds(2.5)); // its attempts
            throw new RegistryUnavailableException("Connection refused.");
        });
        _time.Advance(TimeSpan.FromSeconds(0.5) - Tick);
        Assert.False(start.IsCompleted);
        _time.Advance(Tick);
        RegistryUnavailableException failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() => start);
        Assert.Equal(1, asked);
        Assert.Equal("There was no answer that can be used within 3 s of the start (Sluice:Kafka:StartTimeout). Connection refused.",
            failure.Message);
    }

    [Fact]
    public async Task A_registry_that_takes_the_question_and_never_answers_is_given_up_when_the_start_s_time_is_up()
    {
        Task<int> start = AskAsync(0, Never);
        _time.Advance(StartTimeout - Tick);
        Assert.False(start.IsCompleted);
        _time.Advance(Tick);
        Assert.StartsWith("The schema registry at http://registry:8081 has not answered within 3 s of the start "
            + "(Sluice:Kafka:StartTimeout). ", (await Assert.ThrowsAsync<RegistryUnavailableException>(() => start)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_is_heard_for_a_second_where_the_brokers_took_all_the_time()
    {
        long began = _time.GetTimestamp();
        _time.Advance(StartTimeout);
        Assert.Equal(7, await AskAsync(began, () => Task.FromResult(7)));
        Task<int> start = AskAsync(began, Never);
        _time.Advance(TimeSpan.FromSeconds(1) - Tick);
        Assert.False(start.IsCompleted);
        _time.Advance(Tick);
        Assert.Contains("within 3 s of the start (Sluice:Kafka:StartTimeout), nor in the second that it has in any case.",
            (await Assert.ThrowsAsync<RegistryUnavailableException>(() => start)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_comes_up_in_time_is_asked_again()
    {
        bool up = false;
        Task<int> start = AskAsync(_time.GetTimestamp(), () =>
            up ? Task.FromResult(7) : throw new RegistryUnavailableException("Connection refused."));
        up = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(7, await start);
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>", "HTTP 200")]
    [InlineData(200, """{"id":-1}""", "HTTP 200")]
    [InlineData(200, "{}", "HTTP 200")]
    [InlineData(302, "", "/elsewhere")]
    public async Task What_answers_nonsense_in_the_registry_s_place_is_told_with_what_it_answered(int status, string body, string told)
    {
        await using ScriptedServer server = new() { Answer = _ => (status, body), Location = status == 302 ? "/elsewhere" : null };
        using RegistryClient client = new(new RegistryOptions { Url = server.Address }, _time);
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> start = AskAsync(0, async () =>
        {
            try
            {
                return await client.RegisterAsync("labels-value", "\"string\"");
            }
            finally
            {
                answered.TrySetResult();
            }
        });
        await answered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        for (; !start.IsCompleted; await Task.Yield()) _time.Advance(Tick);
        string message = (await Assert.ThrowsAsync<RegistryUnavailableException>(() => start)).Message;
        Assert.StartsWith("There was no answer that can be used within 3 s of the start (Sluice:Kafka:StartTimeout). The schema registry "
            + $"at {server.Address} gave no usable answer for registering a schema under the subject labels-value: ", message,
            StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.DoesNotContain("Is it running", message, StringComparison.Ordinal);
    }

    private static Task<int> Never() => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously).Task;

    private async Task<int> AskAsync(long began, Func<Task<int>> question)
    {
        RegistryOptions options = new() { Url = "http://registry:8081" };
        using RegistryClient registry = new(options, _time);
        RegistryCheck check = new(registry, options, new KafkaOptions { StartTimeout = StartTimeout }, _time);
        return await check.AskAsync("The test waits", question, began == 0 ? _time.GetTimestamp() : began,
            TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
