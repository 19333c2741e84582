using Xunit.Sdk;

namespace Worker.Tests.Needs;

public sealed class NeedTests
{
    [Fact]
    public void Nothing_is_required_unless_it_is_named() => Assert.All(new[] { null, "", " , " }, list => Assert.Empty(Need.Parse(list)));

    [Fact]
    public void Names_stand_between_commas_and_all_is_every_one()
    {
        Assert.Equal([Need.Kafka, Need.Texts], Need.Parse("kafka, texts").OrderBy(need => need.Name));
        Assert.Equal(Need.All.Count, Need.Parse("all").Count);
    }

    [Fact]
    public void An_unknown_name_is_told_with_those_that_there_are() =>
        Assert.Equal(
            "SLUICE_TEST_REQUIRE names 'kafak'. "
            + "Give some of: all kafka kafka-crash registry node node-serializers chroot texts prometheus packages",
            Assert.Throws<ArgumentException>(() => Need.Parse("registry,kafak")).Message);

    [Fact]
    public void What_is_missing_skips_the_test_and_says_how_to_run_it()
    {
        string told = "";
        try
        {
            Need.Texts.Missing("nobody named any", Need.Parse("kafka"));
        }
        catch (SkipException skip) // which Assert.Throws lets through
        {
            told = skip.Message;
        }

        const string Expected =
            "Needs texts: nobody named any. To run it, name a folder with wordpiece/cases.jsonl.gz in SLUICE_TEST_TEXTS.";
        Assert.EndsWith(Expected, told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_and_required_fails_the_test()
    {
        FailException failure = Assert.Throws<FailException>(() => Need.Texts.Missing("nobody named any", Need.Parse("texts")));
        Assert.StartsWith("SLUICE_TEST_REQUIRE asks for texts, but nobody named any.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_of_this_run_asks_for_known_needs_only() =>
        Need.Parse(Environment.GetEnvironmentVariable("SLUICE_TEST_REQUIRE"));
}
