using System.Collections;
using System.Text;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

public sealed class ClassifierTests
{
    private static readonly string[] Texts =
        [.. Enumerable.Range(0, 150).Select(length => string.Join(' ', Enumerable.Repeat("a good film", length * 7 % 13)))];

    public static TheoryData<string> Modes => ["teacher", "students:2", "swift"];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Many_texts_get_what_each_gets_alone_in_their_order_and_to_the_bit(string mode)
    {
        using Classifier classifier = Open(mode);
        IReadOnlyList<Classification> together = classifier.ClassifyAll(Texts);
        Assert.Equal(Texts.Length, together.Count);
        Assert.All(Texts.Zip(together), pair => AssertSame(classifier.Classify(pair.First), pair.Second));
    }

    [Fact]
    public void Fp32_differs_with_batch_mates_by_1e_5_at_most()
    {
        using Classifier classifier = Open("teacher", Precision.Fp32);
        Assert.All(Texts.Zip(classifier.ClassifyAll(Texts)), pair => Assert.All(
            classifier.Classify(pair.First).Logits.Zip(pair.Second.Logits), logit => Assert.Equal(logit.First, logit.Second, 1e-5f)));
    }

    [Fact]
    public void Any_number_of_threads_may_classify_at_once()
    {
        using Classifier classifier = Open("teacher");
        IReadOnlyList<Classification> expected = classifier.ClassifyAll(Texts);
        Parallel.For(0, 8, thread =>
        {
            if (thread % 2 == 0) Assert.All(classifier.ClassifyAll(Texts).Zip(expected), pair => AssertSame(pair.First, pair.Second));
            else Assert.All(Texts.Zip(expected), pair => AssertSame(classifier.Classify(pair.First), pair.Second));
        });
    }

    [Fact]
    public void Bytes_and_text_are_labelled_alike_and_half_a_pair_is_no_character()
    {
        using Classifier classifier = Open("teacher");
        AssertSame(classifier.Classify("a good film"), classifier.Classify("a good film"u8));
        AssertSame(classifier.Classify("a \ud800good film"), classifier.Classify(Encoding.UTF8.GetBytes("a \ufffdgood film")));
    }

    [Fact]
    public void It_tells_its_labels_its_mode_and_what_it_cut()
    {
        using Classifier classifier = Open("students:2");
        Assert.Equal(["no", "yes"], classifier.Labels);
        Assert.Equal((Mode.Students(2, Precision.Int8), "tiny"), (classifier.Mode, classifier.Model.Id));
        Assert.Null(classifier.Shortfall);
        Classification found = classifier.Classify(string.Join(' ', Enumerable.Repeat("a", 100)));
        Assert.Equal((classifier.Model.MaxTokens, true, 2), (found.Tokens, found.Truncated, found.Provenance.StudentsUsed));
    }

    [Fact]
    public void No_texts_get_no_labels()
    {
        using Classifier classifier = Open("teacher");
        Assert.Empty(classifier.ClassifyAll([]));
    }

    [Fact]
    public void A_text_that_is_null_is_named_by_its_place()
    {
        using Classifier classifier = Open("teacher");
        Assert.Contains("Text 1 of 2 is null", Assert.Throws<ArgumentException>(() => classifier.ClassifyAll(["a", null!])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_was_cancelled_ends_so_and_the_next_one_labels()
    {
        using Classifier classifier = Open("teacher");
        Assert.Throws<OperationCanceledException>(() => classifier.ClassifyAll(Texts, new CancellationToken(canceled: true)));
        AssertSame(classifier.Classify("a"), classifier.ClassifyAll(["a"])[0]);
    }

    [Fact]
    public void One_that_was_disposed_of_says_so_and_may_be_disposed_of_again()
    {
        Classifier classifier = Open("teacher");
        classifier.Dispose();
        classifier.Dispose();
        Assert.Equal(nameof(Classifier), Assert.Throws<ObjectDisposedException>(() => classifier.Classify("a")).ObjectName);
        Assert.Equal(nameof(Classifier), Assert.Throws<ObjectDisposedException>(() => classifier.ClassifyAll(["a"])).ObjectName);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Many_texts_that_it_is_disposed_of_under_get_their_labels_and_the_engine_goes_when_they_have_them(string mode)
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        Mode asked = Mode.TryParse(mode, Precision.Int8)!;
        using IEngine engine = EngineFactory.Create(bundle, asked, EngineFactory.ForOneAtATime(asked, 2));
        Classifier classifier = new(bundle, engine, asked, ownsEngine: true);
        using Classifier other = Open(mode);
        Assert.All(other.ClassifyAll(Texts).Zip(classifier.ClassifyAll(new DisposingTexts(Texts, classifier))), pair =>
            AssertSame(pair.First, pair.Second));
        Assert.Throws<ObjectDisposedException>(() => new Classifier(bundle, engine, asked).Classify("a"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Calls_that_it_is_disposed_of_under_label_or_say_that_it_was(string mode)
    {
        using Classifier other = Open(mode);
        Classification expected = other.Classify("a good film");
        for (int round = 0; round < 20; round++)
        {
            Classifier classifier = Open(mode);
            using CountdownEvent begun = new(3);
            Task[] callers = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() => Call(classifier, begun),
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            begun.Wait(TestContext.Current.CancellationToken);
            classifier.Dispose();
            await Task.WhenAll(callers);
        }

        void Call(Classifier classifier, CountdownEvent begun)
        {
            begun.Signal();
            try
            {
                while (true) AssertSame(expected, classifier.Classify("a good film"));
            }
            catch (ObjectDisposedException e)
            {
                Assert.Equal(nameof(Classifier), e.ObjectName);
            }
        }
    }

    [Fact]
    public void A_bundle_that_was_loaded_serves_several()
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        using Classifier teacher = Classifier.Open(bundle, new ClassifierOptions()), swift =
            Classifier.Open(bundle, new ClassifierOptions { Mode = Mode.Swift(Precision.Int8), Threads = 1 });
        Assert.Equal("teacher", teacher.Classify("a").Provenance.AnsweredBy.Name);
        Assert.Equal("swift", swift.Classify("a").Provenance.AnsweredBy.Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void Threads_outside_their_range_are_refused(int threads) =>
        Assert.Contains("1 to 256", Assert.Throws<ArgumentOutOfRangeException>(() => new ClassifierOptions { Threads = threads }).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_mode_that_is_null_is_refused_by_its_name() => Assert.Contains("Mode.Teacher, Mode.Students or Mode.Swift",
        Assert.Throws<ArgumentNullException>("Mode", () => new ClassifierOptions { Mode = null! }).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("teacher", Precision.Fp16)]
    [InlineData("students:9", Precision.Int8)]
    public void What_is_refused_is_told_without_settings_that_a_library_has_not(string mode, Precision precision)
    {
        string message = Assert.ThrowsAny<Exception>(() => Open(mode, precision)).Message;
        Assert.DoesNotContain("Sluice:", message, StringComparison.Ordinal);
        Assert.DoesNotContain("--mode", message, StringComparison.Ordinal);
        Assert.DoesNotContain("rovider", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mode_that_the_bundle_lacks_is_refused_by_name() => Assert.Contains(
        "mode students:9", Assert.Throws<BundleException>(() => Open("students:9")).Message, StringComparison.Ordinal);

    private static Classifier Open(string mode, Precision precision = Precision.Int8) =>
        Classifier.Open(Models.Tiny, new ClassifierOptions { Mode = Mode.TryParse(mode, precision)! });

    private static void AssertSame(Classification expected, Classification found)
    {
        Assert.Equal((expected.Label, expected.Tokens, expected.Truncated, expected.Provenance),
            (found.Label, found.Tokens, found.Truncated, found.Provenance));
        Assert.Equal(expected.Logits, found.Logits);
        Assert.Equal(expected.Scores, found.Scores);
    }

    /// <summary>Texts of which the first one read disposes of who reads it.</summary>
    private sealed class DisposingTexts(string[] texts, Classifier reader) : IReadOnlyList<string>
    {
        public int Count => texts.Length;

        public string this[int index]
        {
            get
            {
                reader.Dispose();
                return texts[index];
            }
        }

        public IEnumerator<string> GetEnumerator() => texts.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => texts.GetEnumerator();
    }
}
