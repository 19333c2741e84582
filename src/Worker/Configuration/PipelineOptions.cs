using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Configuration;

/// <summary>How many work at each step and how much may be in flight. Section <c>Sluice:Pipeline</c>.</summary>
internal sealed record PipelineOptions
{
    public const string Section = "Sluice:Pipeline";

    private const int ThreadsOfGpu = 2;
    private const int BatchesOnGpu = 4 * ThreadsOfGpu; // in flight: so many that one can always be filled

    /// <summary>Workers that decode and tokenize.</summary>
    /// <value>1 to 64. Default 2: tokenizing is some hundred times cheaper than inference, so the second is there to go on while the first
    /// has a long document. Neither waits for a schema.</value>
    [Range(1, 64)]
    public int DecodeWorkers { get; init; } = 2;

    /// <summary>Threads that run the model, one batch each.</summary>
    /// <value>0 to 256; 0 means one for each core that the process may use, and on a GPU two: while it runs the one's batch, the other
    /// publishes its last and packs its next. Default 0.</value>
    [Range(0, 256)]
    public int InferenceCallers { get; init; }

    /// <summary>The threads that <see cref="InferenceCallers"/> comes to on this machine.</summary>
    internal int InferenceThreads => InferenceCallers > 0 ? InferenceCallers : IsOnGpu ? ThreadsOfGpu : Environment.ProcessorCount;

    /// <summary>Batches that make progress at once: on a GPU they follow one another, so nothing is gained where what waits is spread over
    /// idle threads.</summary>
    internal int BatchesAtOnce => IsOnGpu ? 1 : InferenceThreads;

    /// <summary>Whether the engine runs on a GPU; filled when the options are made, from its own.</summary>
    internal bool IsOnGpu { get; init; }

    /// <summary>
    /// Documents in flight, from reading to delivered label. When as many are done and not committed they are committed at once. At
    /// twice as many that are read and cannot be committed, because an older one is stuck or commits fail, reading stops: so many a crash
    /// may cause to be labelled again.
    /// </summary>
    /// <value>1 to 1,000,000. Not given: 4,096 on a CPU, and on a GPU 32,768, which is four of its largest batches for each of its two
    /// threads.</value>
    [Range(1, 1_000_000)]
    public int? MaxDocumentsInFlight { get; init; }

    /// <summary>The documents that <see cref="MaxDocumentsInFlight"/> comes to.</summary>
    internal int DocumentsInFlight => MaxDocumentsInFlight ?? (IsOnGpu ? BatchesOnGpu * BatchingOptions.MostRows : 4096);

    /// <summary>Tokens in flight. Before a document is tokenized it counts with the most that it can have.</summary>
    /// <value>512 to 100,000,000. Not given: 131,072 on a CPU, or 512 KiB of token ids; on a GPU 1,048,576, which is eight of its largest
    /// batches for each of its two threads: those that are not tokenized count for more than they have.</value>
    [Range(512, 100_000_000)]
    public long? MaxTokensInFlight { get; init; }

    /// <summary>The tokens that <see cref="MaxTokensInFlight"/> comes to.</summary>
    internal long TokensInFlight => MaxTokensInFlight ?? (IsOnGpu ? 2 * BatchesOnGpu * BatchingOptions.MostTokens : 131_072);

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
