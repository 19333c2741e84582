namespace Sluice.Cli.DeadLetters;

/// <summary>
/// The consumer groups whose committed offsets say what was sent back. A group has one offset a partition, which cannot say "all of this
/// reason, none of that": so each choice of a reason and a source topic has a group of its own, and a record is done when any group that
/// it belongs to has passed it.
/// </summary>
/// <param name="name">What <c>--group</c> gives: the group of a replay that chooses neither.</param>
/// <param name="committed">The committed offsets of a group in the dead-letter topic, by partition, of those that have one.</param>
/// <remarks>So a replay of one reason after another sends each record once, and one of all after these sends the others. One caller
/// at a time: a group is asked for once a run.</remarks>
internal sealed class ReplayGroups(string name, Func<string, ValueTask<IReadOnlyDictionary<int, long>>> committed)
{
    private const int MostKnown = 1000; // foreign headers may name any number of topics

    private readonly Dictionary<string, IReadOnlyDictionary<int, long>> _known = [];

    /// <summary>The group of a replay.</summary>
    public string Of(RecordFilter filter) => Of(filter.Reason, filter.Source);

    /// <summary>Up to which offset a group has come in a partition.</summary>
    public async ValueTask<long> CommittedAsync(string group, int partition)
    {
        if (!_known.TryGetValue(group, out IReadOnlyDictionary<int, long>? offsets))
        {
            if (_known.Count >= MostKnown) _known.Clear();
            _known.Add(group, offsets = await committed(group));
        }

        return offsets.GetValueOrDefault(partition);
    }

    /// <summary>Whether a replay has passed a record, whatever it chose by.</summary>
    public async ValueTask<bool> IsDoneAsync(DeadLetterRecord record)
    {
        (string reason, string? source) = (record.Provenance.Reason, record.Provenance.Topic);
        return await HasAsync(null, null) || await HasAsync(reason, null)
            || (source is not null && (await HasAsync(null, source) || await HasAsync(reason, source)));

        async ValueTask<bool> HasAsync(string? byReason, string? bySource) =>
            record.Offset < await CommittedAsync(Of(byReason, bySource), record.Partition);
    }

    private string Of(string? reason, string? source) =>
        name + (reason is null ? "" : $".{reason}") + (source is null ? "" : $"@{source}");
}
