using Sluice.Worker.Onnx;
using Worker.FunctionalTests.Inference;

namespace Worker.FunctionalTests.Onnx;

/// <summary>The arena is the process's, so nothing else runs beside this.</summary>
[CollectionDefinition(nameof(OrtArenaTests), DisableParallelization = true)]
[Collection(nameof(OrtArenaTests))]
public sealed class OrtArenaTests
{
    private const long Bytes = 64 << 20;

    [Fact]
    public void What_an_arena_prepares_is_taken_once_and_serves_again()
    {
        using OrtSession session = Open();
        OrtArena arena = OrtEnvironment.Arena!;
        ArenaUse before = arena.Read();
        long resident = Environment.WorkingSet;
        arena.Prepare(before.Taken + Bytes); // more than any free piece
        ArenaUse after = arena.Read();
        Assert.InRange(after.Taken - before.Taken, before.Taken + Bytes, long.MaxValue);
        Assert.InRange(Environment.WorkingSet - resident, Bytes, long.MaxValue);
        Assert.Equal(before.InUse, after.InUse);
        for (int again = 0; again < 10; again++) arena.Prepare(before.Taken + Bytes);
        Assert.Equal(after.Taken, arena.Read().Taken);
    }

    [Fact]
    public void What_is_left_of_a_step_and_too_small_to_be_cut_off_takes_no_step_more()
    {
        using OrtSession session = Open();
        OrtArena arena = OrtEnvironment.Arena!;
        long step = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)arena.Read().Taken) * 2, before = arena.Read().Taken;
        arena.Prepare(step - (OrtEnvironment.CutFrom / 2));
        Assert.Equal(step, arena.Read().Taken - before);
    }

    private static OrtSession Open() =>
        new(Models.Add, new SessionOptions { SharedArena = new ArenaOptions() }, [new("a", TensorType.Float, [-1]), new("b", TensorType.Float, [-1])], [new("sum", TensorType.Float, [-1])]);
}
