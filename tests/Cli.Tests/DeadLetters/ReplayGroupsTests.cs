using FsCheck;
using FsCheck.Fluent;
using Sluice.Cli.DeadLetters;
using Sluice.Worker.Documents;

namespace Cli.Tests.DeadLetters;

public sealed class ReplayGroupsTests
{
    [Theory]
    [InlineData(null, null, "g")]
    [InlineData("null-text", null, "g.null-text")]
    [InlineData(null, "mails", "g@mails")]
    [InlineData("null-text", "mails", "g.null-text@mails")]
    public void Each_choice_has_a_group_of_its_own(string? reason, string? source, string group) =>
        Assert.Equal(group, new ReplayGroups("g", _ => default).Of(new RecordFilter(reason, source)));

    [Theory]
    [InlineData("g", true)]
    [InlineData("g.missing-text", true)]
    [InlineData("g@mails", true)]
    [InlineData("g.missing-text@mails", true)]
    [InlineData("g.null-text", false)]
    [InlineData("g@orders", false)]
    [InlineData("other", false)]
    public async Task A_record_is_done_when_a_group_that_it_belongs_to_has_passed_it(string group, bool done)
    {
        DeadLetterRecord record = Letters.OfWorker(RejectionReason.MissingText); // of mails, at 42
        Assert.Equal(done, await Of(43).IsDoneAsync(record));
        Assert.False(await Of(42).IsDoneAsync(record));

        ReplayGroups Of(long committed)
        {
            Dictionary<int, long> passed = new() { [0] = committed }, nothing = [];
            return new("g", asked => ValueTask.FromResult<IReadOnlyDictionary<int, long>>(asked == group ? passed : nothing));
        }
    }

    [Fact]
    public async Task A_group_is_asked_for_once()
    {
        List<string> asked = [];
        ReplayGroups groups = new("g", group =>
        {
            asked.Add(group);
            return ValueTask.FromResult<IReadOnlyDictionary<int, long>>(new Dictionary<int, long>());
        });
        for (int i = 0; i < 3; i++) await groups.IsDoneAsync(Letters.OfWorker(RejectionReason.MissingText));
        Assert.Equal(["g", "g.missing-text", "g@mails", "g.missing-text@mails"], asked);
    }

    /// <summary>Each run passes what is in its partition up to where it is cut off, and commits that for its group.</summary>
    [Fact]
    public void Whatever_runs_come_in_whatever_order_each_record_is_sent_at_most_once_and_the_last_run_of_all_sends_the_rest() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), async Task (seed) =>
        {
            Random random = new(seed);
            RejectionReason[] reasons = [RejectionReason.MissingText, RejectionReason.NullText, RejectionReason.RunFailed];
            string[] sources = ["mails", "orders"];
            DeadLetterRecord[] records = [.. Enumerable.Range(0, 30).Select(at =>
                Letters.OfWorker(reasons[random.Next(3)], sources[random.Next(2)], at: at))];
            Dictionary<string, Dictionary<int, long>> committed = [];
            int[] sent = new int[records.Length];
            for (int run = random.Next(8); run >= 0; run--)
            {
                RecordFilter filter = run == 0 ? new() : new(random.Next(2) == 0 ? null : reasons[random.Next(3)].Name(),
                    random.Next(2) == 0 ? null : sources[random.Next(2)]);
                int most = run == 0 ? records.Length : random.Next(1, 20);
                ReplayGroups groups = new("g", group =>
                    ValueTask.FromResult<IReadOnlyDictionary<int, long>>(committed.GetValueOrDefault(group) ?? []));
                string group = groups.Of(filter);
                long next = await groups.CommittedAsync(group, 0);
                while (next < records.Length && most > 0)
                {
                    DeadLetterRecord record = records[next++];
                    if (!filter.Takes(record) || await groups.IsDoneAsync(record)) continue;
                    sent[record.Offset]++;
                    most--;
                }

                committed[group] = new() { [0] = next };
            }

            Assert.All(sent, times => Assert.Equal(1, times));
        }).QuickCheckThrowOnFailure();
}
