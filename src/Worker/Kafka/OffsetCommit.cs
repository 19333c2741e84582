using Confluent.Kafka;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>One commit of watermarks, which may fail for some of its partitions.</summary>
internal static class OffsetCommit
{
    /// <summary>Commits watermarks, and waits for the broker's answer. On the reading thread.</summary>
    /// <param name="commit">Commits some for the group's member (<c>IConsumer.Commit</c>).</param>
    /// <param name="watermarks">At least one, each of another partition.</param>
    /// <param name="committed">Told of each that the broker took.</param>
    /// <param name="gone">Told of each whose topic or partition the brokers do not know. Of partitions of one topic, which are numbered
    /// without a gap, the higher are not known where a lower is not.</param>
    /// <returns>Why some were not taken otherwise, or null when there is none such.</returns>
    /// <exception cref="KafkaException">A fatal error.</exception>
    public static Error? Try(Action<IEnumerable<TopicPartitionOffset>> commit, IReadOnlyList<PartitionWatermark> watermarks,
        Action<PartitionWatermark> committed, Action<PartitionWatermark> gone)
    {
        try
        {
            commit(watermarks.Select(w => new TopicPartitionOffset(w.Partition.Topic, w.Partition.Partition, w.Next)));
            foreach (PartitionWatermark watermark in watermarks) committed(watermark);
            return null;
        }
        catch (TopicPartitionOffsetException e)
        {
            Dictionary<SourcePartition, Error> answers =
                e.Results.ToDictionary(r => new SourcePartition(r.Topic, r.Partition.Value), r => r.Error);
            Error? refusal = null;
            foreach (PartitionWatermark watermark in watermarks)
            {
                // A partition that is not answered for was not taken.
                Error answer = answers.GetValueOrDefault(watermark.Partition) ?? e.Error;
                if (!answer.IsError) committed(watermark);
                else if (IsGone(answer.Code)) gone(watermark);
                else refusal ??= answer;
            }

            return refusal;
        }
        catch (KafkaException e) when (IsGone(e.Error.Code))
        {
            // One partition fails, and the client gives its error for all: which topic it is of shows in halves, each a wait for the
            // coordinator, and then from which partition on.
            if (watermarks.Count == 1)
            {
                gone(watermarks[0]);
                return null;
            }

            string[] topics = [.. watermarks.Select(watermark => watermark.Partition.Topic).Distinct()];
            if (topics.Length == 1) return TryOfOneTopic(commit, watermarks, committed, gone);
            HashSet<string> first = [.. topics.Take(topics.Length / 2)];
            ILookup<bool, PartitionWatermark> halves = watermarks.ToLookup(watermark => first.Contains(watermark.Partition.Topic));
            Error? refusal = Try(commit, [.. halves[true]], committed, gone);
            return Try(commit, [.. halves[false]], committed, gone) ?? refusal;
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            return e.Error;
        }
    }

    // After a refusal of all of them.
    private static Error? TryOfOneTopic(Action<IEnumerable<TopicPartitionOffset>> commit, IReadOnlyList<PartitionWatermark> watermarks,
        Action<PartitionWatermark> committed, Action<PartitionWatermark> gone)
    {
        PartitionWatermark[] ascending = [.. watermarks.OrderBy(watermark => watermark.Partition.Partition)];
        int half = ascending.Length / 2;
        bool isLowerKnown = true;
        Error? refusal = Try(commit, ascending[..half], committed, watermark =>
        {
            isLowerKnown = false;
            gone(watermark);
        });
        if (isLowerKnown) return Try(commit, ascending[half..], committed, gone) ?? refusal;
        foreach (PartitionWatermark watermark in ascending[half..]) gone(watermark);
        return refusal;
    }

    private static bool IsGone(ErrorCode code) => code is ErrorCode.UnknownTopicOrPart or ErrorCode.UnknownTopicId;
}
