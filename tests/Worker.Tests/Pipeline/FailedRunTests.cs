using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

/// <summary>Runs that fail: what is labelled all the same, what is rejected, and when the engine counts as lost.</summary>
public sealed class FailedRunTests
{
    private const string Broken = "idx=30522 is out of bounds.";

    [Fact]
    public void A_batch_that_the_engine_refuses_whole_is_labelled_in_halves_and_their_halves()
    {
        InferRig rig = new();
        rig.KnowCosts();
        rig.Add(7, 5, 6, 5, 8, 6, 7); // by length, the two of each pair have labels of their own
        FaultyEngine engine = new(run => run.Rows > 2 ? FaultyEngine.NoMemory : null);
        rig.Run(engine);
        Assert.Equal([7, 3, 1, 2, 4, 2, 2], engine.Runs.Select(run => run.Rows));
        Assert.Equal(7, rig.Published.Select(label => label.Id).Distinct().Count());
        Assert.Equal((7, 0), (rig.Published.Count, rig.Rejected.Count));
        EachHasItsOwnLabel(rig);
    }

    [Fact]
    public void What_came_through_counts_and_teaches_and_what_failed_is_counted_apart()
    {
        InferRig rig = new();
        rig.KnowCosts();
        rig.Add(7, 7, 7, 7);
        rig.Run(new FaultyEngine(run => run.Rows > 2 ? Broken : null));
        BatchTotals ran = rig.Progress.Batches.Read();
        Assert.Equal((2, 4, 28), (ran.Batches, ran.Documents, ran.Tokens));
        Assert.Equal((1, 4, 28), (rig.Progress.FailedRuns, rig.Progress.Snapshot().Labelled, rig.Progress.Snapshot().Tokens));
        Assert.Equal(InferRig.Known.Batches + 2, rig.Costs[new CostKey("teacher", Precision.Int8, 1)].Current.Batches);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(7)]
    public void Rows_that_a_run_gave_before_it_failed_are_not_given_again(int givesBefore)
    {
        InferRig rig = new();
        rig.KnowCosts();
        rig.Add(5, 6, 7, 6, 5, 7, 6);
        FaultyEngine engine = new(run => run.Rows > 2 ? Broken : null) { GivesBefore = givesBefore };
        rig.Run(engine);
        Assert.Equal(7, rig.Published.Select(label => label.Id).Distinct().Count());
        Assert.Equal((7, 0), (rig.Published.Count, rig.Rejected.Count));
        EachHasItsOwnLabel(rig);
        Assert.Equal(7 - givesBefore, engine.Runs.Skip(1).Where(run => run.Rows <= 2).Sum(run => run.Rows)
            + (engine.Runs.Skip(1).Count(run => run.Rows > 2) * givesBefore));
    }

    [Fact]
    public void A_document_that_fails_alone_on_a_sound_engine_is_rejected_and_its_mates_are_labelled()
    {
        InferRig rig = new();
        rig.KnowCosts();
        rig.Add(6, 5, 7, 6);
        FaultyEngine engine = new(run => run.Has(7) ? Broken : null);
        rig.Run(engine);
        Assert.Equal(3, rig.Published.Count);
        EachHasItsOwnLabel(rig);
        (string id, Rejection rejection) = Assert.Single(rig.Rejected);
        Assert.Equal((7, RejectionReason.RunFailed), (InferRig.TokensOf(id), rejection.Reason));
        Assert.StartsWith("the model fails in mode teacher (Int8) on this document of 7 tokens, alone", rejection.Detail,
            StringComparison.Ordinal);
        Assert.EndsWith(": [ErrorCode:Fail] idx=30522 is out of bounds", rejection.Detail, StringComparison.Ordinal);
        Assert.Equal([false, true, false, false, true], engine.Runs.Where(run => run.Lengths is [7]).Select(run => run.IsMadeUp));
    }

    /// <summary>A kernel that is broken above some length: the start has shown that it was not.</summary>
    [Fact]
    public void An_engine_that_fails_for_every_long_document_is_lost_and_none_is_rejected()
    {
        InferRig rig = new();
        rig.KnowCosts();
        rig.Add(6, 7, 25, 26, 27, 28);
        FaultyEngine engine = new(run => run.Lengths.Max() > 20 ? Broken : null);
        EngineLostException lost = Assert.Throws<EngineLostException>(() => rig.Run(engine));
        Assert.Empty(rig.Rejected);
        int tokens = Assert.Single(engine.Runs, run => run.IsMadeUp).Lengths[0];
        Assert.InRange(tokens, 25, 28);
        Assert.StartsWith($"The engine on the CPU labels nothing of {tokens} tokens in mode teacher (Int8) any more, neither "
            + $"documents[0]@{tokens - 23} nor a made-up document: ", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_helpers_spend_on_runs_of_halves_and_of_made_up_documents_is_charged()
    {
        InferRig rig = new();
        rig.KnowCosts();
        rig.Add(7, 7, 7, 7);
        FaultyEngine engine = new(run => run.Rows > 2 ? Broken : null) { HelpersCpuNs = 1_000_000_000_000 };
        rig.Run(engine);
        Assert.InRange(rig.Progress.Snapshot().Cpu[PipelineStep.Infer].TotalSeconds, 2000, 2999);
        InferRig judged = new();
        judged.KnowCosts();
        judged.Add(7);
        judged.Run(new FaultyEngine(run => run.Has(7) ? Broken : null) { HelpersCpuNs = 1_000_000_000_000 });
        Assert.InRange(judged.Progress.Snapshot().Cpu[PipelineStep.Infer].TotalSeconds, 2000, 2999);
        Assert.Equal(InferRig.Known.Batches, judged.Costs[new CostKey("teacher", Precision.Int8, 1)].Current.Batches); // nothing is learned
    }

    /// <summary>On a GPU: whatever ran beside a measured run would count as that run's cost.</summary>
    [Fact]
    public void A_made_up_document_is_run_in_its_turn()
    {
        EngineOptions gpu = new() { Provider = ExecutionProvider.Cuda };
        DeviceTurn turn = new(gpu);
        InferRig rig = new(gpu);
        rig.Add(7);
        List<bool> waited = [];
        List<Thread> others = [];
        rig.Batches.Complete();
        InferRig.Run(rig.Create(new FaultyEngine(run =>
        {
            if (!run.IsMadeUp) return Broken;
            Thread other = new(() =>
            {
                turn.Take();
                turn.End();
            });
            other.Start();
            others.Add(other);
            SpinWait.SpinUntil(() => (other.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
            waited.Add(other.IsAlive);
            return null;
        }), turn));
        Assert.Equal([true, true], waited);
        Assert.All(others, other => Assert.True(other.Join(TimeSpan.FromSeconds(60))));
    }

    [Fact]
    public void What_fails_every_other_time_loses_no_document_to_the_dead_letters()
    {
        InferRig rig = new();
        rig.Add([.. Enumerable.Repeat(5, 50)]);
        int run = 0;
        rig.Run(new FaultyEngine(_ => run++ % 2 == 0 ? Broken : null));
        Assert.Equal((50, 0), (rig.Published.Count, rig.Rejected.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_engine_that_fails_from_a_run_on_ends_the_step_and_labels_and_rejects_nothing_more(int soundRuns)
    {
        InferRig rig = new(new EngineOptions { Provider = ExecutionProvider.Cuda, DeviceId = 3 });
        rig.KnowCosts();
        rig.Add([.. Enumerable.Repeat(6, 40)]);
        FaultyEngine? engine = null;
        engine = new(_ => engine!.Runs.Count > soundRuns ? FaultyEngine.GpuIsGone : null);
        EngineLostException lost = Assert.Throws<EngineLostException>(() => rig.Run(engine));
        Assert.Equal((engine.Runs.Take(soundRuns).Sum(run => run.Rows), 0), (rig.Published.Count, rig.Rejected.Count));
        Assert.StartsWith("The engine on GPU 3 labels nothing of 6 tokens in mode teacher (Int8) any more, neither "
            + $"documents[0]@{rig.Published.Count} nor a made-up document: {FaultyEngine.GpuIsGone}", lost.Message,
            StringComparison.Ordinal);
        Assert.Contains("nvidia-smi", lost.Message, StringComparison.Ordinal);
        Assert.InRange(engine.Runs.Count - soundRuns, 2, 5); // of a batch of eight 8, 4, 2, 1 and the made-up one
    }

    /// <summary>At each of the runs that judge it: nothing that began as the document's fault ends as such on a lost engine.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void An_engine_that_is_lost_while_a_document_is_judged_condemns_nothing(int soundRuns)
    {
        InferRig rig = new();
        rig.Add(7, 6);
        FaultyEngine? engine = null;
        engine = new(run => run.Has(7) || engine!.Runs.Count > soundRuns ? Broken : null);
        Assert.Throws<EngineLostException>(() => rig.Run(engine));
        Assert.Empty(rig.Rejected);
        Assert.Empty(rig.Published);
    }

    [Fact]
    public void A_document_for_which_there_is_no_memory_is_not_rejected_the_worker_ends_and_says_what_helps()
    {
        InferRig rig = new(new EngineOptions { Provider = ExecutionProvider.Cuda });
        rig.Add(30);
        FaultyEngine engine = new(run => run.Lengths.Sum() > 20 ? FaultyEngine.NoMemory : null);
        EngineLostException lost = Assert.Throws<EngineLostException>(() => rig.Run(engine));
        Assert.StartsWith("There is no memory on GPU 0 for a document of 30 tokens (documents[0]@0) in mode teacher (Int8), "
            + "though there was at the start: ",
            lost.Message, StringComparison.Ordinal);
        Assert.Contains("Sluice:Engine:GpuMemoryBytes", lost.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Rejected);
    }

    [Fact]
    public void One_failure_for_want_of_memory_among_others_saves_the_document()
    {
        InferRig rig = new();
        rig.Add(30);
        FaultyEngine? engine = null;
        engine = new(run => run.IsMadeUp ? null : engine!.Runs.Count == 1 ? FaultyEngine.NoMemory : Broken);
        Assert.Throws<EngineLostException>(() => rig.Run(engine));
        Assert.Empty(rig.Rejected);
    }

    [Fact]
    public void Failed_runs_are_told_once_then_rarely_with_their_number_and_what_helps_and_no_secret()
    {
        InferRig rig = new(secrets: ["hunter2hunter2"]);
        rig.KnowCosts();
        rig.Add(6, 6, 6, 6, 6);
        rig.Run(new FaultyEngine(run => run.Rows > 1 ? "hunter2hunter2:\nout of memory." : null));
        Assert.Equal("A run of 5 documents and 30 tokens in mode teacher (Int8) failed: [ErrorCode:Fail] ***: out of memory. "
            + "What it had not labelled is run again, in halves where there are several (0 more runs failed since the last such line). "
            + "Where this goes on, see who else has memory of the machine, lower Sluice:Batching:MaxTokens or "
            + "Sluice:Pipeline:InferenceCallers, or raise Sluice:Engine:ArenaMaxBytes where it is set",
            Assert.Single(rig.Log.Take()));
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        rig.Failed.Tell(BatchShape.Lone(4), InferRig.Swift, new InvalidOperationException(Broken));
        Assert.Equal("A run of 1 documents and 4 tokens in mode swift (Int8) failed: idx=30522 is out of bounds. "
            + "What it had not labelled is run again, in halves where there are several (3 more runs failed since the last such line)",
            Assert.Single(rig.Log.Take()));
        Assert.Equal(5, rig.Progress.FailedRuns);
    }

    [Fact]
    public void Whatever_fails_each_document_is_labelled_once_or_rejected_once_or_the_step_ends_and_no_more_is_given() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Obeys).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>An engine that fails by chance, again and again started anew. What is counted is at most what <see cref="RepeatedRuns"/>
    /// says and four times the deviation that such a count has.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.33)]
    [InlineData(0.7)]
    [InlineData(0.95)]
    public void Of_failures_by_chance_fewer_than_one_document_in_seven_stops_is_rejected(double chance)
    {
        const int Stops = 1000;
        double each = chance * (1 - chance) * (1 - chance) / (1 + (chance * chance * (1 - chance)));
        Assert.InRange(each, 0, 1.0 / 7);

        int stops = 0, rejected = 0;
        Random random = new(17);
        while (stops < Stops)
        {
            InferRig rig = new();
            rig.Add(4, 5, 6, 7);
            if (Record.Exception(() => rig.Run(new FaultyEngine(_ => random.NextDouble() < chance ? Broken : null))) is not null) stops++;
            rejected += rig.Rejected.Count;
        }

        Assert.InRange(rejected, 0, (Stops * each) + (4 * Math.Sqrt(Stops * each * (1 + each))));
    }

    // Of halves too: it is the one of the document's own tokens.
    private static void EachHasItsOwnLabel(InferRig rig) =>
        Assert.All(rig.Published, label => Assert.Equal(ConstantEngine.LabelOf(InferRig.TokensOf(label.Id), 3), label.Label));

    private static void Obeys(int seed)
    {
        Random random = new(seed);
        InferRig rig = new();
        if (random.Next(2) == 0) rig.KnowCosts();
        int[] lengths = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(3, 12))];
        int poison = random.Next(3, 16), most = random.Next(1, 9);
        double chance = random.Next(3) * 0.1;
        rig.Add(lengths);
        Exception? ended = Record.Exception(() => rig.Run(
            new FaultyEngine(run => run.Has(poison) || run.Rows > most || random.NextDouble() < chance ? Broken : null)
            {
                GivesBefore = random.Next(3),
            }));
        string[] given = [.. rig.Published.Select(label => label.Id), .. rig.Rejected.Select(one => one.Id)];
        Assert.Equal(given.Length, given.Distinct().Count());
        EachHasItsOwnLabel(rig);
        if (ended is null) Assert.Equal(lengths.Length, given.Length);
        else Assert.IsType<EngineLostException>(ended);
        if (chance == 0) Assert.Null(ended);
        if (chance == 0) Assert.All(rig.Rejected, one => Assert.Equal(poison, InferRig.TokensOf(one.Id)));
    }
}
