using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Configuration;

/// <summary>How many work at each step and how much may be in flight. Section <c>Sluice:Pipeline</c>.</summary>
internal sealed record PipelineOptions
{
    public const string Section = "Sluice:Pipeline";

    /// <summary>Workers that decode and tokenize.</summary>
    /// <value>1 to 64. Default 2: tokenizing is some hundred times cheaper than inference, so the second is there to go on while the first
    /// waits for a schema.</value>
    [Range(1, 64)]
    public int DecodeWorkers { get; init; } = 2;

    /// <summary>Threads that run the model, one batch each.</summary>
    /// <value>0 to 256; 0 means one for each core that the process may use. Default 0.</value>
    [Range(0, 256)]
    public int InferenceCallers { get; init; }

    /// <summary>The threads that <see cref="InferenceCallers"/> comes to on this machine.</summary>
    internal int InferenceThreads => InferenceCallers > 0 ? InferenceCallers : Environment.ProcessorCount;

    /// <summary>
    /// Documents in flight, from reading to delivered label. When as many are done and not committed they are committed at once. At
    /// twice as many that are read and cannot be committed, because an older one is stuck or commits fail, reading stops: so many a crash
    /// may cause to be labelled again.
    /// </summary>
    /// <value>1 to 1,000,000. Default 4,096.</value>
    [Range(1, 1_000_000)]
    public int MaxDocumentsInFlight { get; init; } = 4096;

    /// <summary>Tokens in flight. Before a document is tokenized it counts with the most that it can have.</summary>
    /// <value>512 to 100,000,000. Default 131,072, or 512 KiB of token ids.</value>
    [Range(512, 100_000_000)]
    public long MaxTokensInFlight { get; init; } = 131_072;

    /// <summary>
    /// Bytes of record values that were read and are not tokenized yet, and of keys and headers until their label is delivered (librdkafka
    /// holds those a second time meanwhile). One record may pass the bound, so that a large one is not stuck.
    /// </summary>
    /// <value>1,024 to 16 GiB, in bytes. Default 67,108,864 (64 MiB).</value>
    [Range(1024L, 17_179_869_184L)]
    public long MaxBytesInFlight { get; init; } = 67_108_864;

    /// <summary>
    /// How long reading may stand still at a bound before its partitions are paused. A pause throws away what the client has fetched ahead,
    /// so a short wait is cheaper; but while reading stands still, no rebalance is answered.
    /// </summary>
    /// <value>0 to 1 min. Default 2 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan PauseAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether documents of one key are labelled in the order in which they were read, tombstones and dead-letter records among
    /// them: the next one is begun when the one before it is delivered. Without it a short document may overtake a long one of its
    /// key.</summary>
    /// <value>Default false: an input of few keys would be labelled one document a key at a time.</value>
    public bool KeepKeyOrder { get; init; }

    /// <summary>
    /// How long a stop waits for what is in flight to be delivered and committed. What is left is labelled again by whoever reads it next.
    /// </summary>
    /// <value>1 s to 10 min. Default 15 s: with at most 7 s each for the last deliveries and the last commit after it, less than the 30 s
    /// that Kubernetes gives.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
