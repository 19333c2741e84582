using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Startup;

/// <summary>Waits at start until the schema registry answers.</summary>
internal sealed class RegistryCheck(RegistryClient registry, RegistryOptions options, KafkaOptions kafka, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // A registry that runs is heard, even when the brokers took all the time.
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    /// <summary>Waits for any answer, a refusal too: what it refuses is told by who asks for something.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task WaitAsync(long began, CancellationToken stop) =>
        AskAsync("The start waits for the schema registry", async () =>
        {
            await registry.AwaitAnswerAsync(stop);
            return true;
        }, began, stop);

    /// <summary>Asks for something, again and again while the registry is not available.</summary>
    /// <param name="waiting">What waits, as the beginning of a sentence for the log.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="began">When the start began to wait, by the time provider: the time is up for all checks together.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="RegistryUnavailableException">It does not answer within <see cref="KafkaOptions.StartTimeout"/>.</exception>
    public async Task<T> AskAsync<T>(string waiting, Func<Task<T>> question, long began, CancellationToken stop)
    {
        while (true)
        {
            TimeSpan left = kafka.StartTimeout - time.GetElapsedTime(began);
            try
            {
                T answer = await question().WaitAsync(left > LeastWait ? left : LeastWait, time, stop);
                registry.TellAnswered();
                return answer;
            }
            catch (TimeoutException e)
            {
                throw new RegistryUnavailableException($"The schema registry at {options.Url} has not answered within "
                    + $"{kafka.StartTimeout.TotalSeconds:0} s of the start (Sluice:Kafka:StartTimeout). "
                    + "Is it running, and is Registry:Url right?", e);
            }
            catch (RegistryUnavailableException e) when (time.GetElapsedTime(began) < kafka.StartTimeout)
            {
                registry.TellOutage(waiting, e);
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }
}
