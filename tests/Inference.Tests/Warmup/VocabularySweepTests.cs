using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Warmup;

public sealed class VocabularySweepTests
{
    [Fact]
    public void Rounds_begin_one_after_another_within_the_first_step() =>
        Assert.Equal([0, 250, 500, 750, 125, 375, 625, 875],
            Enumerable.Range(0, 2).SelectMany(part => Enumerable.Range(0, 4).Select(token => VocabularySweep.Of(1000, token, 4, part, 2))));

    [Fact]
    public void Every_id_is_in_the_vocabulary_and_none_is_passed_by_where_there_are_tokens_enough() =>
        Prop.ForAll(Gen.Choose(1, 300).ToArbitrary(), Gen.Choose(1, 100).ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(),
            (vocabulary, tokens, parts) =>
        {
            int[] ids = [.. Enumerable.Range(0, parts).SelectMany(part =>
                Enumerable.Range(0, tokens).Select(token => VocabularySweep.Of(vocabulary, token, tokens, part, parts))).Order()];
            Assert.Equal(0, ids[0]);
            Assert.InRange(ids[^1], 0, vocabulary - 1);
            if (ids.Length >= vocabulary) Assert.Equal(vocabulary, ids.Distinct().Count());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void The_largest_numbers_do_not_overflow() =>
        Assert.Equal(int.MaxValue - 1, VocabularySweep.Of(int.MaxValue, 2_000_000_000 - 1, 2_000_000_000, 1023, 1024));
}
