using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

/// <summary>Files that take the place of a bundle's while it is opened: what was checked is served, or nothing.</summary>
public sealed class BundleSwapTests : IDisposable
{
    private static readonly ClassifierOptions Teacher = new() { Threads = 1 };

    private readonly BundleCopy _copy = new();

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("teacher.int8.onnx")]
    public void A_file_that_is_replaced_between_the_check_and_the_sessions_is_refused_by_name(string file)
    {
        ModelBundle bundle = ModelBundle.Load(_copy.Folder);
        Replace(file, Spoiled(file));
        Refused(bundle, file);
    }

    [Fact]
    public void One_that_is_written_to_in_its_place_is_refused_by_name()
    {
        ModelBundle bundle = ModelBundle.Load(_copy.Folder);
        DateTime written = File.GetLastWriteTimeUtc(_copy.PathOf("weights.bin"));
        _copy.Bytes("weights.bin", _ => Spoiled("weights.bin"));
        File.SetLastWriteTimeUtc(_copy.PathOf("weights.bin"), written);
        Refused(bundle, "weights.bin");
    }

    [Fact]
    public void One_that_was_away_for_a_moment_is_refused_by_name()
    {
        ModelBundle bundle = ModelBundle.Load(_copy.Folder);
        File.Move(_copy.PathOf("weights.bin"), _copy.PathOf("aside"));
        File.Move(_copy.PathOf("aside"), _copy.PathOf("weights.bin"));
        Refused(bundle, "weights.bin");
    }

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("teacher.int8.onnx")]
    public void One_that_ONNX_Runtime_cannot_read_any_more_is_refused_by_name_too(string file)
    {
        ModelBundle bundle = ModelBundle.Load(_copy.Folder);
        Replace(file, [1, 2, 3]);
        Refused(bundle, file);
        File.Delete(_copy.PathOf(file));
        Refused(bundle, file);
    }

    [Fact]
    public void Weights_that_are_replaced_between_two_modes_are_refused()
    {
        ModelBundle bundle = ModelBundle.Load(_copy.Folder);
        Mode[] modes = [Mode.Teacher(Precision.Int8), Mode.Students(2, Precision.Int8)];
        List<Mode> loaded = [];
        var error = Assert.Throws<BundleException>(() => new EngineSelector(bundle, modes, new EngineOptions(), loaded: (mode, _) =>
        {
            loaded.Add(mode);
            Replace("weights.bin", Spoiled("weights.bin"));
        }));
        Assert.Contains("weights.bin was replaced", error.Message, StringComparison.Ordinal);
        Assert.Equal(modes[0], Assert.Single(loaded));
    }

    [Fact]
    public void What_is_replaced_after_the_sessions_are_open_changes_no_label()
    {
        using Classifier untouched = Classifier.Open(Models.Tiny, Teacher), classifier = Classifier.Open(_copy.Folder, Teacher);
        foreach (string file in new[] { "weights.bin", "teacher.int8.onnx", "vocab.txt", "manifest.json" }) Replace(file, [1]);
        Assert.Equal(untouched.Classify("a good film").Logits, classifier.Classify("a good film").Logits);
    }

    [Theory]
    [InlineData("vocab.txt")]
    [InlineData("weights.bin")]
    [InlineData("teacher.int8.onnx")]
    public void A_file_that_changes_places_all_the_while_is_served_as_it_was_checked_or_refused(string file)
    {
        using Classifier untouched = Classifier.Open(Models.Tiny, Teacher);
        IReadOnlyList<float> expected = untouched.Classify("a good film").Logits;
        (byte[] good, byte[] bad) = (File.ReadAllBytes(_copy.PathOf(file)), Spoiled(file));
        using CancellationTokenSource stop = new();
        Thread swapping = new(() =>
        {
            Random random = new(5);
            for (int swap = 0; !stop.IsCancellationRequested; swap++)
            {
                Replace(file, swap % 2 == 0 ? bad : good);
                Thread.SpinWait(random.Next(300_000)); // some of the time that it takes to open a bundle
            }
        });
        swapping.Start();
        try
        {
            int refused = Enumerable.Range(0, 80).Count(_ => !ServesOrIsRefused(expected));
            Assert.True(refused > 0, "Nothing was noticed.");
        }
        finally
        {
            stop.Cancel();
            swapping.Join();
        }
    }

    public void Dispose() => _copy.Dispose();

    private bool ServesOrIsRefused(IReadOnlyList<float> expected)
    {
        try
        {
            using Classifier classifier = Classifier.Open(_copy.Folder, Teacher);
            Assert.Equal(expected, classifier.Classify("a good film").Logits);
            return true;
        }
        catch (BundleException)
        {
            return false;
        }
    }

    private static void Refused(ModelBundle bundle, string file)
    {
        var error = Assert.Throws<BundleException>(() => Classifier.Open(bundle, Teacher));
        Assert.Equal($"{file} was replaced or written to after it was checked", Assert.Single(error.Disagreements));
        Assert.Contains("start again", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Another content of the same length, which would give other labels, or is at least not what was checked.</summary>
    private byte[] Spoiled(string file)
    {
        byte[] content = File.ReadAllBytes(_copy.PathOf(file));
        switch (file)
        {
            case "weights.bin":
                for (int at = 0; at < content.Length; at++) content[at] ^= 1;
                break;
            case "vocab.txt":
                for (int at = 0; at < content.Length; at++) content[at] = content[at] switch
                {
                    (byte)'o' => (byte)'f',
                    (byte)'f' => (byte)'o',
                    byte same => same,
                };
                break;
            default:
                content[6] ^= 1; // of the name of what made it
                break;
        }

        return content;
    }

    private void Replace(string file, byte[] content)
    {
        string made = _copy.PathOf($"new-{file}");
        File.WriteAllBytes(made, content);
        File.Move(made, _copy.PathOf(file), overwrite: true);
    }
}
