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
    /// <exception cref="RegistryUnavailableException">It does not answer within <see cref="KafkaOptions.StartTimeout"/>, and not within
    /// one second more where the brokers left less.</exception>
    public async Task<T> AskAsync<T>(string waiting, Func<Task<T>> question, long began, CancellationToken stop)
    {
        TimeSpan limit = kafka.StartTimeout - time.GetElapsedTime(began);
        string within = $"{kafka.StartTimeout.TotalSeconds:0.#} s of the start (Sluice:Kafka:StartTimeout)";
        if (limit < LeastWait) (limit, within) = (LeastWait, $"{within}, nor in the second that it has in any case");
        long asked = time.GetTimestamp();
        RegistryUnavailableException? last = null;
        while (limit - time.GetElapsedTime(asked) is var left && left > TimeSpan.Zero)
        {
            try
            {
                T answer = await question().WaitAsync(left, time, stop);
                registry.TellAnswered();
                return answer;
            }
            catch (TimeoutException)
            {
                break;
            }
            catch (RegistryUnavailableException e)
            {
                last = e;
                registry.TellOutage(waiting, e);
                left = limit - time.GetElapsedTime(asked);
                if (left > TimeSpan.Zero) await Task.Delay(left < RetryDelay ? left : RetryDelay, time, stop);
            }
        }

        throw new RegistryUnavailableException(last is null
            ? $"The schema registry at {options.Url} has not answered within {within}. Is it running, and is Sluice:Registry:Url right?"
            : $"There was no answer that can be used within {within}. {last.Message}", last);
    }
}
