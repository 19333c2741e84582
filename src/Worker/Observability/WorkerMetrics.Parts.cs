namespace Sluice.Worker.Observability;

/// <content>The metrics, by what they are of.</content>
internal sealed partial class WorkerMetrics
{
    /// <summary>What runs.</summary>
    internal sealed class OfBuild(WorkerMetrics all)
    {
        public ReadMetric Info { get; } = all.Gauge("build_info", "1", "Always 1; the labels say which Sluice runs on which .NET",
            "version", "runtime");
    }

    /// <summary>What labels; nothing before the model is loaded.</summary>
    internal sealed class OfModel(WorkerMetrics all)
    {
        public ReadMetric Info { get; } = all.Gauge("model_info", "1",
            "Always 1; the labels say which model labels, and in which arithmetic", "id", "version", "precision");
    }

    /// <summary>Where the worker stands in its topics. What is unknown is not there; a partition that is taken away is not either.
    /// </summary>
    internal sealed class OfLag(WorkerMetrics all)
    {
        private const string Topic = "topic", Partition = "partition";

        public ReadMetric Messages { get; } = all.Gauge("lag_messages", "messages",
            "The log's end less the group's committed offset, as kafka-consumer-groups shows it", Topic, Partition);

        public ReadMetric Backlog { get; } = all.Gauge("backlog_records", "records",
            "Records that can be read, or were read, and are not finished", Topic, Partition);

        public ReadMetric RecordAge { get; } = all.Gauge("record_age_seconds", "seconds",
            "Age, by its own time, of the oldest record that is not finished", Topic, Partition);

        public ReadMetric Arrivals { get; } = all.Gauge("arrivals_per_second", "records per second",
            "Records that become readable", Topic, Partition);

        public ReadMetric NoProgress { get; } = all.Gauge("no_progress_seconds", "seconds",
            "How long no record was finished though there is a backlog; 0 where it gets on or has none", Topic, Partition);

        public ReadMetric AllMessages { get; } = all.Gauge("worker_lag_messages", "messages",
            "sluice_lag_messages of all partitions of this worker together, as far as it is known");

        public ReadMetric AllBacklog { get; } = all.Gauge("worker_backlog_records", "records",
            "sluice_backlog_records of all partitions of this worker together, as far as it is known");

        public ReadMetric OldestRecordAge { get; } = all.Gauge("worker_record_age_seconds", "seconds",
            "The greatest sluice_record_age_seconds of the partitions of this worker");

        public ReadMetric AllArrivals { get; } = all.Gauge("worker_arrivals_per_second", "records per second",
            "sluice_arrivals_per_second of all partitions of this worker together, as far as it is known");

        public ReadMetric Unknown { get; } = all.Gauge("lag_unknown_partitions", "partitions",
            "Partitions of this worker whose backlog is not known");

        public ReadMetric Drain { get; } = all.Gauge("lag_drain_seconds", "seconds",
            "Until what waits is begun: documents in no batch yet / (capacity of the mode - arrivals); +Inf where no less arrives");

        public ReadMetric DrainTarget { get; } = all.Gauge("lag_drain_target_seconds", "seconds",
            "What sluice_lag_drain_seconds should not exceed (Control:DrainTarget)");

        public ReadMetric Assigned { get; } = all.Gauge("partitions_assigned", "partitions", "Partitions that this worker reads");

        public ReadMetric Paused { get; } = all.Gauge("partitions_paused", "partitions",
            "Partitions of this worker whose reading waits until less is in flight");
    }

    /// <summary>The mode in force, and what the modes are worth.</summary>
    internal sealed class OfModes(WorkerMetrics all)
    {
        private const string Mode = "mode";

        public ReadMetric Now { get; } = all.Gauge("mode", "1", "1 for the mode that the next batch is run in, 0 for the others", Mode);

        public ReadMetric Seconds { get; } = all.Counter("mode_seconds", "seconds", "How long each mode has been in force", Mode);

        public ReadMetric Changes { get; } = all.Counter("mode_changes", "changes", "Changes to a mode, by why", Mode, "reason");

        public ReadMetric Capacity { get; } = all.Gauge("mode_capacity_documents_per_second", "documents per second",
            "What the worker can label in each mode, as learned, at the present lengths", Mode);

        public ReadMetric Accuracy { get; } = all.Gauge("mode_accuracy_ratio", "1",
            "Share of documents that each mode labels right, as the model's manifest has it", Mode);

        public ReadMetric Saturated { get; } = all.Gauge("saturated", "1", "1 while the cheapest mode that is allowed is not enough");

        public ReadMetric Degraded { get; } = all.Gauge("degraded", "1", "1 while a mode is in force that is not the most accurate one");
    }

    /// <summary>Documents, from reading to delivery.</summary>
    internal sealed class OfDocuments(WorkerMetrics all)
    {
        public ReadMetric Read { get; } = all.Counter("records_read", "records", "Records that were read");

        public ReadMetric Done { get; } = all.Counter("documents", "documents", "Documents by what became of them (labelled, rejected, "
            + "tombstone, dropped; passed_over: no document) and the mode that labelled them (none where they were not)",
            "mode", "outcome");

        public ReadMetric DeadLetters { get; } = all.Counter("dead_letter_records", "records",
            "Records that the dead-letter topic has taken, by why", "reason");

        public ReadMetric InFlight { get; } = all.Gauge("in_flight_documents", "documents", "Documents between reading and delivery");

        public ReadMetric TokensInFlight { get; } = all.Gauge("in_flight_tokens", "tokens",
            "Tokens of documents in flight; of one that is not tokenized, the most that it can have");

        public ReadMetric BytesInFlight { get; } = all.Gauge("in_flight_bytes", "bytes",
            "Bytes of values that are not tokenized, and of keys and headers that are not delivered");

        public ReadMetric Cpu { get; } = all.Counter("step_cpu_seconds", "seconds",
            "Processor time of the worker's own threads in each step; the Kafka client's is in none", "step");
    }

    /// <summary>Runs of the model.</summary>
    internal sealed class OfBatches(WorkerMetrics all)
    {
        private const string Mode = "mode";

        public ReadMetric Count { get; } = all.Counter("batches", "batches", "Batches that went through the model", Mode);

        public ReadMetric Rows { get; } = all.Counter("batch_documents", "documents", "Documents in batches that went through the model",
            Mode);

        public ReadMetric Tokens { get; } = all.Counter("batch_tokens", "tokens", "Tokens in batches that went through the model", Mode);

        public ReadMetric PaddedTokens { get; } = all.Counter("batch_padded_tokens", "tokens",
            "Documents times the longest, over all batches: what sluice_batch_tokens_total is less is the padding",
            Mode);

        public ReadMetric Predicted { get; } = all.Counter("batch_predicted_seconds", "seconds",
            "What batches were predicted to take", Mode);

        public ReadMetric Measured { get; } = all.Counter("batch_measured_seconds", "seconds", "What batches took", Mode);

        public ReadMetric CostError { get; } = all.Gauge("batch_cost_error_ratio", "1",
            "Mean relative error of the predicted cost of the last batches; from 0.25 on nothing predicted is believed",
            Mode, "precision", "threads");

        public ReadMetric FailedRuns { get; } = all.Counter("failed_runs", "runs",
            "Runs of the model that failed; what they had not labelled was run again");
    }

    /// <summary>The consumer group.</summary>
    internal sealed class OfKafka(WorkerMetrics all)
    {
        public ReadMetric Commits { get; } = all.Counter("commits", "commits",
            "Commits of offsets (done, failed: those of some partitions were not taken)", "outcome");

        public ReadMetric Committed { get; } = all.Counter("committed_records", "records", "Records whose offset was committed");

        public ReadMetric Rebalances { get; } = all.Counter("rebalances", "rebalances",
            "Rebalances that gave partitions (assigned) or took some (revoked; lost where another may have had them already)", "kind");

        public ReadMetric Rebuilds { get; } = all.Counter("consumer_rebuilds", "rebuilds",
            "Times that the consumer was made anew, since it got nothing though the brokers answered");
    }

    /// <summary>What librdkafka says of its clients, <c>consumer</c> and <c>producer</c>, each <c>statistics.interval.ms</c>.</summary>
    internal sealed class OfClients(WorkerMetrics all)
    {
        private const string Client = "client";

        public ReadMetric StatisticsAge { get; } = all.Gauge("client_statistics_age_seconds", "seconds",
            "How old the figures of client metrics are", Client);

        public ReadMetric BrokersUp { get; } = all.Gauge("client_brokers_up", "brokers", "Brokers with a connection that serves", Client);

        public ReadMetric RoundTrip { get; } = all.Gauge("client_round_trip_seconds", "seconds",
            "Mean time of a request, of the slowest broker", Client);

        public ReadMetric QueuedMessages { get; } = all.Gauge("client_queued_messages", "messages",
            "Messages in the client's queues: to be sent, or fetched ahead", Client);

        public ReadMetric QueuedBytes { get; } = all.Gauge("client_queued_bytes", "bytes", "Bytes of messages in the client's queues",
            Client);

        public ReadMetric Messages { get; } = all.Counter("client_messages", "messages", "Messages sent to brokers, or fetched", Client);

        public ReadMetric MessageBytes { get; } = all.Counter("client_message_bytes", "bytes",
            "Bytes of messages sent to brokers, or fetched", Client);

        public ReadMetric SentBytes { get; } = all.Counter("client_sent_bytes", "bytes", "Bytes of requests, on the wire", Client);

        public ReadMetric ReceivedBytes { get; } = all.Counter("client_received_bytes", "bytes", "Bytes of answers, on the wire", Client);

        public ReadMetric Retries { get; } = all.Counter("client_retries", "requests", "Requests that were sent again", Client);

        public ReadMetric Timeouts { get; } = all.Counter("client_timeouts", "requests", "Requests that were not answered in time", Client);

        public ReadMetric Errors { get; } = all.Counter("client_errors", "errors", "Transmissions that failed, either way", Client);

        public ReadMetric Disconnects { get; } = all.Counter("client_disconnects", "connections", "Connections that ended", Client);
    }
}
