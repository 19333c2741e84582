using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Calls of the client on a thread of their own, for whoever cannot wait for them. Begun once; any thread may look.</summary>
internal sealed class TransactionAttempt
{
    private readonly object _gate = new(); // Monitor, not Lock: the reading thread waits on it
    private bool _hasEnded;
    private Action? _afterwards;

    private TransactionAttempt()
    {
    }

    /// <summary>What the client threw, once it has ended; null where it threw nothing.</summary>
    public Error? Fault { get; private set; }

    /// <summary>Why the transaction was aborted, once it has ended; null where it was not.</summary>
    public SendFailure? Aborted { get; private set; }

    /// <summary>Begins.</summary>
    /// <param name="calls">Gives why the transaction was aborted, or null.</param>
    /// <param name="ended">Is told at the end, whatever it was.</param>
    public static TransactionAttempt Start(Func<SendFailure?> calls, Action ended)
    {
        TransactionAttempt attempt = new();
        new Thread(() =>
        {
            attempt.Run(calls);
            ended();
        })
        { IsBackground = true, Name = "sluice-transaction" }.Start();
        return attempt;
    }

    /// <summary>Waits until it has ended, but not longer than <paramref name="atMost"/>. True when it has.</summary>
    public bool Wait(TimeSpan atMost)
    {
        lock (_gate)
        {
            if (!_hasEnded && atMost > TimeSpan.Zero) Monitor.Wait(_gate, atMost);
            return _hasEnded;
        }
    }

    /// <summary>Does something on the thread of the calls, or on one of its own, once they have returned; never where they never do.
    /// </summary>
    public void WhenEnded(Action afterwards)
    {
        lock (_gate)
        {
            if (!_hasEnded)
            {
                _afterwards += afterwards;
                return;
            }
        }

        new Thread(() => afterwards()) { IsBackground = true, Name = "sluice-transaction" }.Start();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, the thread that waits is told; this one has nobody above it.")]
    private void Run(Func<SendFailure?> calls)
    {
        try
        {
            Aborted = calls();
        }
        catch (KafkaException e)
        {
            Fault = e.Error;
        }
        catch (Exception e)
        {
            Fault = new Error(ErrorCode.Local_Fail, e.Message);
        }
        finally
        {
            Action? afterwards;
            lock (_gate)
            {
                (_hasEnded, afterwards) = (true, _afterwards);
                Monitor.PulseAll(_gate);
            }

            afterwards?.Invoke();
        }
    }
}
